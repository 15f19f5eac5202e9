package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// property tries what says of a process what it is, not what it can do.
func property(verb, argument string) (string, error) {
	switch verb {
	case "namespace":
		return "", sharesNamespace(argument)
	case "has":
		return "", has(argument)
	case "larger":
		return larger(argument)
	case "limit":
		return limited(argument)
	case "others":
		return others(argument)
	case "open":
		file, err := os.OpenFile(argument, os.O_RDWR|syscall.O_NOCTTY, 0)
		if err == nil {
			file.Close()
		}
		return "", err
	case "listen":
		l, err := net.Listen("tcp", argument)
		if err == nil {
			l.Close()
		}
		return "", err
	case "tunnel":
		return tunnel(argument)
	default:
		return "", errors.New("unknown verb")
	}
}

// sharesNamespace says whether we are in the namespace with that name: net:[4026531840].
func sharesNamespace(name string) error {
	kind, _, _ := strings.Cut(name, ":")
	own, err := os.Readlink("/proc/self/ns/" + kind)
	if err == nil && own != name {
		return errors.New("in another one")
	}
	return err
}

func has(what string) error {
	const getSeccomp, getNoNewPrivileges = 21, 39
	switch what {
	case "no-new-privileges":
		value, _, e := syscall.RawSyscall6(syscall.SYS_PRCTL, getNoNewPrivileges, 0, 0, 0, 0, 0)
		if e != 0 || value != 1 {
			return errors.New("it could gain privileges")
		}
	case "filter":
		mode, _, e := syscall.RawSyscall6(syscall.SYS_PRCTL, getSeccomp, 0, 0, 0, 0, 0)
		if e != 0 || mode != 2 {
			return errors.New("no filter")
		}
	case "capabilities":
		header := struct {
			version uint32
			pid     int32
		}{version: capabilityVersion}
		var data [2]struct{ effective, permitted, inheritable uint32 }
		_, _, e := syscall.RawSyscall(syscall.SYS_CAPGET, uintptr(unsafe.Pointer(&header)), uintptr(unsafe.Pointer(&data)), 0)
		if e == 0 && data[0].effective|data[0].permitted|data[1].effective|data[1].permitted == 0 {
			return errors.New("none")
		}
	default:
		return errors.New("unknown property")
	}
	return nil
}

// larger says whether the file system at PATH:BYTES has more room than that, or room
// without a limit.
func larger(argument string) (string, error) {
	path, text, _ := strings.Cut(argument, ":")
	most, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return "", err
	}
	var fs syscall.Statfs_t
	if err := syscall.Statfs(path, &fs); err != nil {
		return "", err
	}
	size := fs.Blocks * uint64(fs.Bsize)
	if fs.Blocks != 0 && size <= most {
		return "", fmt.Errorf("%d bytes", size)
	}
	return fmt.Sprintf("%d bytes", size), nil
}

// limited says whether the resource NAME:VALUE has that limit or a lower one, for good.
func limited(argument string) (string, error) {
	name, text, _ := strings.Cut(argument, ":")
	resource, known := resources[name]
	value, err := strconv.ParseUint(text, 10, 64)
	if err != nil || !known {
		return "", errors.New("not a limit")
	}
	var own syscall.Rlimit
	if err := syscall.Getrlimit(resource, &own); err != nil {
		return "", err
	}
	if own.Max > value {
		return "", fmt.Errorf("the limit is %d", own.Max)
	}
	return fmt.Sprint(own.Max), nil
}

// others says whether DIRECTORY:name,name... has anything else in it.
func others(argument string) (string, error) {
	directory, names, _ := strings.Cut(argument, ":")
	expected := strings.Split(names, ",")
	entries, err := os.ReadDir(directory)
	if err != nil {
		return "", err
	}
	for _, entry := range entries {
		if !slices.Contains(expected, entry.Name()) {
			return entry.Name(), nil
		}
	}
	return "", errors.New("nothing else")
}

// tunnel speaks with name:port by the proxy of the environment, as providers do.
func tunnel(endpoint string) (string, error) {
	proxy, err := url.Parse(os.Getenv("HTTPS_PROXY"))
	if err != nil || proxy.User == nil {
		return "", errors.New("no proxy")
	}
	c, err := net.DialTimeout("tcp", proxy.Host, 3*time.Second)
	if err != nil {
		return "", err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(5 * time.Second))
	who := base64.StdEncoding.EncodeToString([]byte(proxy.User.String()))
	fmt.Fprintf(c, "CONNECT %s HTTP/1.1\r\nHost: %s\r\nProxy-Authorization: Basic %s\r\n\r\n", endpoint, endpoint, who)
	answer := make([]byte, 0, 256)
	one := make([]byte, 1)
	for !strings.HasSuffix(string(answer), "\r\n\r\n") && len(answer) < 1024 {
		if _, err := io.ReadFull(c, one); err != nil {
			return "", err
		}
		answer = append(answer, one[0])
	}
	if first, _, _ := strings.Cut(string(answer), "\r\n"); !strings.HasPrefix(first, "HTTP/1.1 200") {
		return "", errors.New(first)
	}
	return pingPong(c)
}
