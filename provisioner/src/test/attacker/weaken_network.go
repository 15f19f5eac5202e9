package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"syscall"
	"unsafe"
)

func (l *line) inNetworkOfParent() error {
	if mine, err := l.unshareInstead(syscall.CLONE_NEWNS); mine || err != nil {
		return errors.Join(err, l.inHost())
	}
	file, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", os.Getppid()))
	if err != nil {
		return err
	}
	defer file.Close()
	if _, _, e := syscall.RawSyscall(setns, file.Fd(), syscall.CLONE_NEWNET, 0); e != 0 {
		return e
	}
	return l.inHost()
}

// unshareInstead makes namespaces in the place of a door that would make its own. A door
// that is in them already says so by false.
func (l *line) unshareInstead(namespaces int) (bool, error) {
	if drop(&l.door, "--unshare", 0) != nil {
		return false, nil
	}
	if err := syscall.Unshare(namespaces); err != nil {
		return true, err
	}
	return true, syscall.Mount("none", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, "")
}

// inNetworkWithTheWorld gives the run's network what a host's would lead to, without
// leading anywhere: addresses of a metadata service, of the internet and of an internal
// network, and somebody there.
func (l *line) inNetworkWithTheWorld() error {
	if _, err := l.unshareInstead(syscall.CLONE_NEWNET | syscall.CLONE_NEWNS); err != nil {
		return err
	}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	for i, at := range []string{"127.0.0.1:0", "169.254.169.254:80", "203.0.113.10:443", "10.1.2.3:9092"} {
		address, err := net.ResolveTCPAddr("tcp4", at)
		if err != nil {
			return err
		}
		name := "lo"
		if i > 0 {
			name = fmt.Sprint("lo:", i)
		}
		if err := addAddress(fd, name, address.IP.To4()); err != nil {
			return err
		}
		if i > 0 {
			if err := listen(address); err != nil {
				return err
			}
		}
	}
	return l.inHost()
}

func addAddress(fd int, name string, ip net.IP) error {
	var request struct {
		name    [16]byte
		address syscall.RawSockaddrInet4
		_       [8]byte
	}
	copy(request.name[:], name)
	request.address.Family = syscall.AF_INET
	copy(request.address.Addr[:], ip)
	if _, _, e := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), syscall.SIOCSIFADDR, uintptr(unsafe.Pointer(&request))); e != 0 {
		return e
	}
	var flags struct {
		name  [16]byte
		flags uint16
		_     [22]byte
	}
	copy(flags.name[:], name)
	flags.flags = syscall.IFF_UP | syscall.IFF_RUNNING
	if _, _, e := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), syscall.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&flags))); e != 0 {
		return e
	}
	return nil
}

// listen leaves a socket open for as long as the door lives. Nobody needs to accept: the
// kernel answers.
func listen(address *net.TCPAddr) error {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	at := &syscall.SockaddrInet4{Port: address.Port}
	copy(at.Addr[:], address.IP.To4())
	if err := syscall.Bind(fd, at); err != nil {
		return err
	}
	return syscall.Listen(fd, 8)
}

// inHost keeps the door from taking the network for its own.
func (l *line) inHost() error {
	l.door = slices.Insert(l.door, 1, "--in-host")
	return nil
}
