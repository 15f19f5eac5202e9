package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// attempt is one line of a probe's output. Done says that it was possible.
type attempt struct {
	Try  string `json:"try"`
	Done bool   `json:"done"`
	Said string `json:"said"`
}

// probe tries what it is told, from inside a sandbox, and says what was possible. It
// judges nothing: the worker knows what must be possible and what must not.
func probe(tries []string) int {
	out := json.NewEncoder(os.Stdout)
	for _, try := range tries {
		verb, argument, _ := strings.Cut(try, "=")
		said, err := attemptOf(verb, argument)
		if err != nil {
			said = err.Error()
		}
		out.Encode(attempt{Try: try, Done: err == nil, Said: said})
	}
	return 0
}

func attemptOf(verb, argument string) (string, error) {
	switch verb {
	case "read":
		file, err := os.Open(argument)
		if err != nil {
			return "", err
		}
		defer file.Close()
		b, err := io.ReadAll(io.LimitReader(file, 4096))
		return string(b), err
	case "list":
		entries, err := os.ReadDir(argument)
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return strings.Join(names, " "), err
	case "write":
		return "", os.WriteFile(argument, []byte("probe\n"), 0o644)
	case "fill":
		return fill(argument)
	case "environ":
		return environ(argument)
	case "env":
		value, ok := os.LookupEnv(argument)
		if !ok {
			return "", errors.New("not set")
		}
		return value, nil
	case "resolve":
		addresses, err := net.LookupHost(argument)
		return strings.Join(addresses, " "), err
	case "dial":
		c, err := net.DialTimeout("tcp", argument, 3*time.Second)
		if err != nil {
			return "", err
		}
		defer c.Close()
		return c.RemoteAddr().String(), nil
	case "echo":
		return echo(argument)
	case "uid":
		return fmt.Sprintf("%d", os.Getuid()), nil
	case "signal":
		pid, err := strconv.Atoi(argument)
		if err != nil {
			return "", err
		}
		return "", syscall.Kill(pid, 0)
	case "limits":
		return limitsOf(argument)
	case "exec":
		_, err := os.StartProcess(argument, []string{argument}, &os.ProcAttr{})
		return "", err
	case "syscall":
		return call(argument)
	case "sleep":
		d, err := time.ParseDuration(argument)
		time.Sleep(d)
		return "", err
	default:
		return property(verb, argument)
	}
}

// environ looks for a variable that begins with a text, as NAME= does, in the environment
// of every process that can be seen.
func environ(beginning string) (string, error) {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err == nil && holds(b, beginning) {
			return file, nil
		}
	}
	return "", fmt.Errorf("not in %d environments", len(files))
}

func holds(environment []byte, beginning string) bool {
	return slices.ContainsFunc(bytes.Split(environment, []byte{0}), func(variable []byte) bool {
		return bytes.HasPrefix(variable, []byte(beginning))
	})
}

// limitsOf reads a limit of another process. Whoever may do that may also set it.
func limitsOf(argument string) (string, error) {
	pid, err := strconv.Atoi(argument)
	if err != nil {
		return "", err
	}
	var files syscall.Rlimit
	_, _, e := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(pid), syscall.RLIMIT_NOFILE, 0, uintptr(unsafe.Pointer(&files)), 0, 0)
	if e != 0 {
		return "", e
	}
	return fmt.Sprint(files.Max), nil
}

// echo sends a line to host:port and gives back what comes.
func echo(address string) (string, error) {
	c, err := net.DialTimeout("tcp", address, 3*time.Second)
	if err != nil {
		return "", err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(5 * time.Second))
	return pingPong(c)
}

func pingPong(c net.Conn) (string, error) {
	if _, err := io.WriteString(c, "ping\n"); err != nil {
		return "", err
	}
	b := make([]byte, 64)
	n, err := c.Read(b)
	return strings.TrimSpace(string(b[:n])), err
}

// fill writes until it is stopped, at most a gigabyte.
func fill(path string) (string, error) {
	file, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	block := make([]byte, 1<<20)
	for i := 0; i < 1024; i++ {
		if _, err := file.Write(block); err != nil {
			return "", err
		}
	}
	return "1 GiB", nil
}

// untried is why something did not come as far as to be refused, which shows nothing. The
// worker knows it by these words.
type untried struct{ why error }

func (u untried) Error() string { return "could not try: " + u.why.Error() }

// unsharesUser makes a user namespace in a process of its own. In ours the kernel would
// refuse it wherever we are, since we have more threads than one.
func unsharesUser() error {
	pid, _, e := syscall.RawSyscall6(syscall.SYS_CLONE, uintptr(syscall.SIGCHLD), 0, 0, 0, 0, 0)
	if e != 0 {
		return untried{e}
	}
	if pid == 0 {
		_, _, e = syscall.RawSyscall(syscall.SYS_UNSHARE, syscall.CLONE_NEWUSER, 0, 0)
		for {
			syscall.RawSyscall(syscall.SYS_EXIT_GROUP, uintptr(e), 0, 0)
		}
	}
	var status syscall.WaitStatus
	for {
		_, err := syscall.Wait4(int(pid), &status, 0, nil)
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil:
			return untried{err}
		case status.Signaled() && status.Signal() != syscall.SIGSYS:
			return untried{errors.New(status.Signal().String())}
		case status.Signaled():
			return syscall.EPERM
		case status.ExitStatus() != 0:
			return syscall.Errno(status.ExitStatus())
		default:
			return nil
		}
	}
}

// call tries system calls that a sandbox must not allow. Numbers above 400 are the same
// on every architecture.
func call(name string) (string, error) {
	var e syscall.Errno
	switch name {
	case "unshare-user":
		return "", unsharesUser()
	case "mount":
		// Nowhere: where nothing holds, the probe must not change the machine. That it gets
		// as far as to the place is all that is asked.
		_, _, e = syscall.RawSyscall6(syscall.SYS_MOUNT, 0, 0, 0, 0, 0, 0)
		if e == syscall.EFAULT {
			e = 0
		}
	case "ptrace":
		_, _, e = syscall.RawSyscall6(syscall.SYS_PTRACE, 16, 1, 0, 0, 0, 0)
	case "keyctl":
		_, _, e = syscall.RawSyscall6(syscall.SYS_KEYCTL, 0, ^uintptr(2), 0, 0, 0, 0)
	case "io_uring":
		_, _, e = syscall.RawSyscall(425, 0, 0, 0)
	case "packet-socket":
		fd, err := syscall.Socket(syscall.AF_PACKET, syscall.SOCK_RAW, 0)
		if err == nil {
			syscall.Close(fd)
		}
		return "", err
	case "vsock":
		fd, err := syscall.Socket(40, syscall.SOCK_STREAM, 0)
		if err == nil {
			syscall.Close(fd)
		}
		return "", err
	default:
		return "", errors.New("unknown call")
	}
	if e != 0 {
		return "", e
	}
	return "", nil
}
