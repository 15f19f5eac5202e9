package main

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"unsafe"
)

// call tries system calls. Numbers above 280 that are written out are the same on every
// architecture.
func call(name string) (string, error) {
	var e syscall.Errno
	switch name {
	case "unshare-user":
		child := actor("whoami")
		child.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER}
		return "", child.Run()
	case "mount":
		// Where nobody looks for anything afterwards.
		return "", syscall.Mount("none", "/home/run", "tmpfs", 0, "")
	case "setuid":
		_, _, e = syscall.RawSyscall(syscall.SYS_SETUID, 0, 0, 0)
	case "mknod":
		defer os.Remove("/tmp/device")
		return "", syscall.Mknod("/tmp/device", syscall.S_IFCHR|0o666, 1<<8|3)
	case "add-key":
		_, _, e = addKey()
	case "io-uring":
		var parameters [120]byte
		fd, _, errno := syscall.RawSyscall(425, 1, uintptr(unsafe.Pointer(&parameters)), 0)
		if e = errno; e == 0 {
			syscall.Close(int(fd))
		}
	case "userfaultfd":
		fd, _, errno := syscall.RawSyscall(userfaultfd, 1, 0, 0)
		if e = errno; e == 0 {
			syscall.Close(int(fd))
		}
	case "vsock":
		return "", opened(syscall.Socket(40, syscall.SOCK_STREAM, 0))
	case "alg":
		return "", opened(syscall.Socket(38, syscall.SOCK_SEQPACKET, 0))
	case "packet":
		return "", opened(syscall.Socket(syscall.AF_PACKET, syscall.SOCK_RAW, 0))
	case "bpf":
		return "", makeMap()
	case "terminal":
		return "", terminal()
	default:
		return "", errors.New("no such call")
	}
	if e != 0 {
		return "", e
	}
	return "", nil
}

func opened(fd int, err error) error {
	if err == nil {
		syscall.Close(fd)
	}
	return err
}

// makeMap makes a map for programs of the kernel, of a kind that no machine lets users
// without rights have.
func makeMap() error {
	const mapCreate, lruHash = 0, 9
	attributes := struct{ kind, keySize, valueSize, entries, flags uint32 }{lruHash, 4, 4, 1, 0}
	fd, _, e := syscall.RawSyscall(bpf, mapCreate, uintptr(unsafe.Pointer(&attributes)), unsafe.Sizeof(attributes))
	if e != 0 {
		return e
	}
	return syscall.Close(int(fd))
}

func addKey() (uintptr, uintptr, syscall.Errno) {
	kind, name, payload := []byte("user\x00"), []byte("attack\x00"), []byte("x")
	const ofThisProcess = ^uintptr(1)
	return syscall.RawSyscall6(syscall.SYS_ADD_KEY, uintptr(unsafe.Pointer(&kind[0])),
		uintptr(unsafe.Pointer(&name[0])), uintptr(unsafe.Pointer(&payload[0])), 1, ofThisProcess, 0)
}

// terminal puts a word into the mouth of a terminal: one that is our own, since the
// sandbox has none. It is the call that is refused, whosever terminal it is.
func terminal() error {
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer master.Close()
	var number, locked int32
	if err := ioctl(master, syscall.TIOCGPTN, &number); err != nil {
		return err
	}
	if err := ioctl(master, syscall.TIOCSPTLCK, &locked); err != nil {
		return err
	}
	slave, err := os.OpenFile("/dev/pts/"+strconv.Itoa(int(number)), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return err
	}
	defer slave.Close()
	child := actor("insert")
	child.Stdin = slave
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 0}
	return child.Run()
}

func ioctl(file *os.File, request uintptr, value *int32) error {
	_, _, e := syscall.Syscall(syscall.SYS_IOCTL, file.Fd(), request, uintptr(unsafe.Pointer(value)))
	if e != 0 {
		return e
	}
	return nil
}

// actor is this program again, for what a process must do to itself.
func actor(args ...string) *exec.Cmd {
	return exec.Command("/proc/self/exe", append([]string{"act"}, args...)...)
}

// act does one thing and ends without an error if it could.
func act(args []string) error {
	switch args[0] {
	case "whoami":
		os.Stdout.WriteString(strconv.Itoa(syscall.Geteuid()) + "\n")
		return nil
	case "insert":
		word := int32('x')
		return ioctl(os.Stdin, syscall.TIOCSTI, &word)
	case "hog":
		return hog(args[1])
	case "wait":
		return wait()
	case "keep-stopped":
		return keepStopped()
	default:
		return errors.New("no such act")
	}
}
