package main

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
)

// loopbackUp brings up the only interface of the namespace.
func loopbackUp() error {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("loopback: %w", err)
	}
	defer syscall.Close(fd)
	// struct ifreq: the name in 16 bytes, then the flags in a union of 24.
	var request struct {
		name  [16]byte
		flags uint16
		_     [22]byte
	}
	copy(request.name[:], "lo")
	request.flags = syscall.IFF_UP | syscall.IFF_RUNNING
	_, _, e := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), syscall.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&request)))
	if e != 0 {
		return fmt.Errorf("loopback: %w", e)
	}
	return nil
}

// openPath opens a place without the right to read it, and without following a
// link at its end.
const openPath = 0x200000 | syscall.O_NOFOLLOW | syscall.O_CLOEXEC

var resources = map[string]int{
	"fsize": 1, "core": 4, "nproc": 6, "nofile": 7, "memlock": 8, "as": 9, "msgqueue": 12,
}

// limit sets resource limits on ourselves; the program inherits them.
func limit(limits []string) error {
	for _, l := range limits {
		name, text, _ := strings.Cut(l, "=")
		value, err := strconv.ParseUint(text, 10, 64)
		resource, known := resources[name]
		if err != nil || !known {
			return fmt.Errorf("not a limit: %s", l)
		}
		// A hard limit of ours that is already lower is as good as what was asked.
		var old syscall.Rlimit
		if err := syscall.Getrlimit(resource, &old); err == nil && old.Max < value {
			value = old.Max
		}
		if err := syscall.Setrlimit(resource, &syscall.Rlimit{Cur: value, Max: value}); err != nil {
			return fmt.Errorf("limit %s: %w", l, err)
		}
	}
	return nil
}

const (
	prCapbsetDrop   = 24
	prSetNoNewPrivs = 38
	lastCapability  = 63

	capabilityVersion = 0x20080522
)

// dropPrivileges makes sure that nothing started from this thread can ever gain a
// capability: none is left in the bounding set or can be inherited, and programs with
// a set-user-id bit give no more. Capabilities that we have end with the change of user.
func dropPrivileges() error {
	for c := uintptr(0); c <= lastCapability; c++ {
		_, _, e := syscall.RawSyscall(syscall.SYS_PRCTL, prCapbsetDrop, c, 0)
		if e == syscall.EINVAL && c > 0 {
			break // the kernel knows no more
		}
		if e != 0 {
			return fmt.Errorf("capability %d: %w", c, e)
		}
	}
	if err := inheritNothing(); err != nil {
		return err
	}
	return noNewPrivileges()
}

func noNewPrivileges() error {
	_, _, e := syscall.RawSyscall6(syscall.SYS_PRCTL, prSetNoNewPrivs, 1, 0, 0, 0, 0)
	if e != 0 {
		return fmt.Errorf("no new privileges: %w", e)
	}
	return nil
}

// inheritNothing empties the set of capabilities that a program may inherit.
func inheritNothing() error {
	header := struct {
		version uint32
		pid     int32
	}{version: capabilityVersion}
	var data [2]struct{ effective, permitted, inheritable uint32 }
	_, _, e := syscall.RawSyscall(syscall.SYS_CAPGET, uintptr(unsafe.Pointer(&header)), uintptr(unsafe.Pointer(&data)), 0)
	if e == 0 {
		data[0].inheritable, data[1].inheritable = 0, 0
		_, _, e = syscall.RawSyscall(syscall.SYS_CAPSET, uintptr(unsafe.Pointer(&header)), uintptr(unsafe.Pointer(&data)), 0)
	}
	if e != 0 {
		return fmt.Errorf("inheritable capabilities: %w", e)
	}
	return nil
}
