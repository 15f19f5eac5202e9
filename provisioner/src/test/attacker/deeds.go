package main

import (
	"bufio"
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// deed is an attack whose success shows outside: in the log, in time, in what is left.
func deed(verb, argument string) (string, error) {
	switch verb {
	case "fork":
		return fork(argument, true)
	case "breed":
		return fork(argument, false)
	case "hog":
		return "", actor("hog", argument).Run()
	case "reserve":
		return "", reserve(argument)
	case "say":
		return "", say(argument)
	case "deny":
		deny(argument)
		return "", nil
	case "flood":
		return "", flood(argument)
	case "sleep":
		d, err := time.ParseDuration(argument)
		time.Sleep(d)
		return "", err
	case "stay":
		return "", stay(argument)
	case "stop-tofu":
		child := actor("keep-stopped")
		child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := child.Start(); err != nil {
			return "", err
		}
		return "", child.Wait()
	case "write-for-ever":
		return "", writeForEver()
	case "kill":
		return "", killOnceThere(argument)
	default:
		return "", errors.New("no such verb")
	}
}

// fork makes so many processes that only wait, and ends them; or it leaves them behind, and
// some that take each place that comes free. They are copies that do nothing but system
// calls: small, and without a thread of the runtime.
func fork(argument string, end bool) (string, error) {
	wanted, err := strconv.Atoi(argument)
	if err != nil {
		return "", err
	}
	var children []int
	var refused syscall.Errno
	for len(children) < wanted && refused == 0 {
		pid, _, e := syscall.RawSyscall6(syscall.SYS_CLONE, uintptr(syscall.SIGCHLD), 0, 0, 0, 0, 0)
		if pid == 0 && e == 0 {
			// Whoever has started this program waits until nobody holds its output.
			syscall.RawSyscall(syscall.SYS_CLOSE, 1, 0, 0)
			syscall.RawSyscall(syscall.SYS_CLOSE, 2, 0, 0)
			for !end && len(children) < 4 {
				breed()
			}
			for {
				syscall.RawSyscall6(syscall.SYS_PPOLL, 0, 0, 0, 0, 0, 0)
			}
		}
		if refused = e; e == 0 {
			children = append(children, int(pid))
		}
	}
	if !end {
		return fmt.Sprintf("%d processes, then %v", len(children), refused), nil
	}
	for _, pid := range children {
		syscall.Kill(pid, syscall.SIGKILL)
	}
	for _, pid := range children {
		var status syscall.WaitStatus
		syscall.Wait4(pid, &status, 0, nil)
	}
	if refused != 0 {
		return "", fmt.Errorf("%d processes, then %w", len(children), refused)
	}
	return "", nil
}

// breed makes one more process, which only waits, or waits a little itself until there is
// a place. For copies that have no runtime.
func breed() {
	pid, _, e := syscall.RawSyscall6(syscall.SYS_CLONE, uintptr(syscall.SIGCHLD), 0, 0, 0, 0, 0)
	for pid == 0 && e == 0 {
		syscall.RawSyscall6(syscall.SYS_PPOLL, 0, 0, 0, 0, 0, 0)
	}
	little := syscall.Timespec{Nsec: 200_000}
	syscall.RawSyscall6(syscall.SYS_PPOLL, 0, 0, uintptr(unsafe.Pointer(&little)), 0, 0, 0)
}

// hog takes so many mebibytes and touches each page.
func hog(argument string) error {
	mebibytes, err := strconv.Atoi(argument)
	if err != nil {
		return err
	}
	taken, err := syscall.Mmap(-1, 0, mebibytes<<20, syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return err
	}
	for i := 0; i < len(taken); i += 4096 {
		taken[i] = 1
	}
	return nil
}

// reserve takes the addresses of so many mebibytes and no memory.
func reserve(argument string) error {
	mebibytes, err := strconv.Atoi(argument)
	if err != nil {
		return err
	}
	taken, err := syscall.Mmap(-1, 0, mebibytes<<20, syscall.PROT_READ, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return err
	}
	return syscall.Munmap(taken)
}

// say prints the value of a variable in all the forms that a log can hold it in.
func say(variable string) error {
	value := os.Getenv(variable)
	quoted, err := json.Marshal(value)
	if err != nil || value == "" {
		return errors.New("nothing to say")
	}
	fmt.Println("raw", value)
	fmt.Println("base64", base64.StdEncoding.EncodeToString([]byte(value)))
	fmt.Println("url", url.QueryEscape(value))
	fmt.Println("json", string(quoted))
	fmt.Print("split ", value[:len(value)/2])
	// After a tenth of a second tofu gives on what it has of a line, and the rest as another.
	time.Sleep(2 * time.Second)
	fmt.Println(value[len(value)/2:])
	return nil
}

// deny fails as a service might that tells too much.
func deny(variable string) {
	fmt.Fprintln(os.Stderr, "permission denied for", os.Getenv(variable))
	os.Exit(1)
}

// flood prints so many mebibytes in lines of half a kibibyte, as fast as it can.
func flood(argument string) error {
	mebibytes, err := strconv.Atoi(argument)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(os.Stdout, 1<<16)
	line := strings.Repeat("x", 511) + "\n"
	for written := 0; written < mebibytes<<20; written += len(line) {
		if _, err := out.WriteString(line); err != nil {
			return err
		}
	}
	return out.Flush()
}

// stay leaves a process behind that has a session of its own, hears nothing and holds
// nothing.
func stay(mark string) error {
	child := actor("wait", mark)
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return child.Start()
}

func wait() error {
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	time.Sleep(2 * time.Minute)
	return nil
}

// keepStopped stops tofu whenever something has woken it, and hears nothing itself.
func keepStopped() error {
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	for end := time.Now().Add(40 * time.Second); time.Now().Before(end); {
		if err := signalNamed("tofu", syscall.SIGSTOP); err != nil {
			return err
		}
		time.Sleep(100 * time.Microsecond)
	}
	return nil
}

// killOnceThere waits for a program to be started, and a little for it to be at work.
func killOnceThere(name string) error {
	err := errors.New("not looked for")
	for end := time.Now().Add(20 * time.Second); err != nil && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
		err = signalNamed(name, 0)
	}
	time.Sleep(200 * time.Millisecond)
	return signalNamed(name, syscall.SIGKILL)
}

// signalNamed signals every process whose program has a name that begins so.
func signalNamed(name string, which syscall.Signal) error {
	programs, _ := filepath.Glob("/proc/[0-9]*/exe")
	found := errors.New("no such process")
	for _, program := range programs {
		target, err := os.Readlink(program)
		if err != nil || !strings.HasPrefix(filepath.Base(target), name) {
			continue
		}
		pid, _ := strconv.Atoi(strings.Split(program, "/")[2])
		found = syscall.Kill(pid, which)
	}
	return found
}

// writeForEver stops tofu and keeps its state service busy, so that there is no moment
// at which a state is not being written.
func writeForEver() error {
	child := actor("keep-stopped")
	if err := child.Start(); err != nil {
		return err
	}
	const state = `{"version":4,"serial":1,"lineage":"forged","outputs":{},"resources":[]}`
	service := strings.TrimSuffix(strings.TrimPrefix(os.Getenv("TF_HTTP_ADDRESS"), "http://"), "/state")
	sum := md5.Sum([]byte(state))
	request := fmt.Sprintf("POST /state HTTP/1.1\r\nHost: run\r\nContent-MD5: %s\r\nContent-Length: %d\r\n\r\n%s",
		base64.StdEncoding.EncodeToString(sum[:]), len(state), state)
	for i := 0; i < 8; i++ {
		go func() {
			for {
				exchange(service, request)
			}
		}()
	}
	return child.Wait()
}

func exchange(service, request string) {
	c, err := net.Dial("tcp", service)
	if err != nil {
		return
	}
	defer c.Close()
	answer := make([]byte, 4096)
	for {
		if _, err := c.Write([]byte(request)); err != nil {
			return
		}
		if _, err := c.Read(answer); err != nil {
			return
		}
	}
}
