package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func attemptOf(verb, argument string) (string, error) {
	switch verb {
	case "open":
		return "", open(argument, os.O_RDONLY)
	case "open-to-write":
		return "", open(argument, os.O_WRONLY)
	case "list":
		_, err := os.ReadDir(argument)
		return "", err
	case "write":
		defer os.Remove(argument)
		return "", os.WriteFile(argument, []byte("attack\n"), 0o644)
	case "touch":
		return "", os.Chtimes(argument, time.Now(), time.Now())
	case "link":
		from, to, _ := strings.Cut(argument, ">")
		defer os.Remove(to)
		return "", os.Link(from, to)
	case "replace":
		return "", replace(argument)
	case "fill":
		return "", fill(argument)
	case "spread":
		return "", spread(argument)
	case "sparse":
		defer os.Remove(argument)
		return "", sparse(argument)
	case "unpack":
		return "", unpack(argument)
	case "environ":
		return environ(argument)
	case "dial":
		return "", dial("tcp", argument)
	case "tls":
		return callTLS(argument)
	case "kafka":
		return brokers(argument)
	case "dial-mptcp":
		return "", dialBy(argument, 262, false)
	case "dial-fast-open":
		return "", dialBy(argument, 0, true)
	case "listen":
		l, err := net.Listen("tcp", argument)
		if err == nil {
			l.Close()
		}
		return "", err
	case "dial-unix":
		return "", dial("unix", argument)
	case "memory-of":
		return "", memoryOf(argument)
	case "signal":
		pid, err := strconv.Atoi(argument)
		if err != nil {
			return "", err
		}
		return "", syscall.Kill(pid, 0)
	case "run-setuid":
		return runSetuid(argument)
	case "state":
		return state(argument)
	case "call":
		return call(argument)
	default:
		return deed(verb, argument)
	}
}

func open(path string, how int) error {
	file, err := os.OpenFile(path, how, 0)
	if err == nil {
		file.Close()
	}
	return err
}

// replace puts something else in the place of a file that somebody reads afterwards:
// PATH>TARGET is a link to TARGET, PATH>fifo a pipe.
func replace(argument string) error {
	path, target, _ := strings.Cut(argument, ">")
	fresh := path + ".new"
	defer os.Remove(fresh)
	var err error
	if target == "fifo" {
		err = syscall.Mkfifo(fresh, 0o666)
	} else {
		err = os.Symlink(target, fresh)
	}
	if err != nil {
		return err
	}
	return os.Rename(fresh, path)
}

// fill writes PATH:MIB. What was there before is empty afterwards, not gone.
func fill(argument string) error {
	path, size, _ := strings.Cut(argument, ":")
	mebibytes, err := strconv.Atoi(size)
	if err != nil {
		return err
	}
	// A limit that is met shall be an error and not the end.
	signal.Ignore(syscall.SIGXFSZ)
	_, before := os.Stat(path)
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		file.Truncate(0)
		file.Close()
		if before != nil {
			os.Remove(path)
		}
	}()
	block := make([]byte, 1<<20)
	for i := 0; i < mebibytes; i++ {
		if _, err := file.Write(block); err != nil {
			return err
		}
	}
	return nil
}

// spread fills DIRECTORY with eight files of 3 MiB.
func spread(directory string) error {
	defer func() {
		for i := 0; i < 8; i++ {
			os.Remove(filepath.Join(directory, fmt.Sprint("spread", i)))
		}
	}()
	for i := 0; i < 8; i++ {
		name := filepath.Join(directory, fmt.Sprint("spread", i))
		if err := os.WriteFile(name, make([]byte, 3<<20), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func sparse(path string) error {
	signal.Ignore(syscall.SIGXFSZ)
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return file.Truncate(8 << 40)
}

// unpack writes 20 MiB that came as a few kilobytes.
func unpack(path string) error {
	var packed bytes.Buffer
	pack := gzip.NewWriter(&packed)
	pack.Write(make([]byte, 20<<20))
	pack.Close()
	contents, err := gzip.NewReader(&packed)
	if err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer os.Remove(path)
	defer file.Close()
	_, err = io.Copy(file, contents)
	return err
}

// environ looks for a text in every environment that can be seen, its own included.
func environ(needle string) (string, error) {
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err == nil && bytes.Contains(b, []byte(needle)) {
			return file, nil
		}
	}
	return "", fmt.Errorf("not in %d environments", len(files))
}

func dial(network, address string) error {
	c, err := net.DialTimeout(network, address, 2*time.Second)
	if err == nil {
		c.Close()
	}
	return err
}

// dialBy reaches a TCP port by what is not quite TCP's connect.
func dialBy(address string, protocol int, fastOpen bool) error {
	to, err := net.ResolveTCPAddr("tcp4", address)
	if err != nil {
		return err
	}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, protocol)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	at := &syscall.SockaddrInet4{Port: to.Port}
	copy(at.Addr[:], to.IP.To4())
	if fastOpen {
		const msgFastOpen = 0x20000000
		return syscall.Sendto(fd, []byte("x"), msgFastOpen, at)
	}
	return syscall.Connect(fd, at)
}

// memoryOf reads what a holder said of itself: PID:ADDRESS:LENGTH.
func memoryOf(argument string) error {
	parts := strings.Split(argument, ":")
	if len(parts) != 3 {
		return errors.New("not PID:ADDRESS:LENGTH")
	}
	address, err := strconv.ParseInt(parts[1], 0, 64)
	if err != nil {
		return err
	}
	file, err := os.Open("/proc/" + parts[0] + "/mem")
	if err != nil {
		return err
	}
	defer file.Close()
	found := make([]byte, len(held))
	if _, err := file.ReadAt(found, address); err != nil {
		return err
	}
	if !bytes.Equal(found, held) {
		return errors.New("something else is there")
	}
	return nil
}

// runSetuid starts a program of root's with the set-user-id bit and asks who it is.
func runSetuid(path string) (string, error) {
	out, err := exec.Command(path, "act", "whoami").Output()
	if err != nil {
		return "", err
	}
	if who := strings.TrimSpace(string(out)); who != "0" {
		return "", errors.New("user " + who)
	}
	return "root", nil
}

// state asks the run's own state service for a path, or for a whole address.
func state(path string) (string, error) {
	service, err := url.Parse(os.Getenv("TF_HTTP_ADDRESS"))
	if err != nil {
		return "", err
	}
	c, err := net.DialTimeout("tcp", service.Host, 2*time.Second)
	if err != nil {
		return "", err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(5 * time.Second))
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path, service.Host)
	answer, err := io.ReadAll(io.LimitReader(c, 4096))
	return string(answer), err
}
