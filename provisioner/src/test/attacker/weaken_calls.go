package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"unsafe"
)

// A defence that bubblewrap has no option for is left out by a system call that says it
// succeeded and does nothing.

// withNewPrivileges lets programs gain privileges. A program cannot load a filter then, so
// the filter is not there either.
func (l *line) withNewPrivileges() error {
	const setNoNewPrivileges = 38
	if err := drop(&l.sandbox, "--seccomp", 1); err != nil {
		return err
	}
	return pretend(syscall.SYS_PRCTL, 0, equals, setNoNewPrivileges)
}

// withMountsOfHost leaves what is mounted with the rights that it has on the host:
// bubblewrap takes them away in a second step, and with them the right to write.
func (l *line) withMountsOfHost() error {
	return pretend(syscall.SYS_MOUNT, 3, hasAny, syscall.MS_REMOUNT)
}

// instruction is the kernel's struct sock_filter.
type instruction struct {
	code   uint16
	yes    uint8
	no     uint8
	number uint32
}

const (
	load   = 0x20
	answer = 0x06
	equals = 0x15
	hasAny = 0x45

	allow    = 0x7fff0000
	pretence = 0x00050000
)

// pretend has this thread, and all that it becomes and starts, succeed in a call with such
// an argument without making it.
func pretend(call uint32, argument int, how uint16, value uint32) error {
	runtime.LockOSThread()
	filter := []instruction{
		{code: load, number: 0},
		{code: equals, no: 3, number: call},
		{code: load, number: uint32(16 + 8*argument)},
		{code: how, no: 1, number: value},
		{code: answer, number: pretence},
		{code: answer, number: allow},
	}
	program := struct {
		length uint16
		_      [6]byte
		filter *instruction
	}{length: uint16(len(filter)), filter: &filter[0]}
	const setFilter = 2
	_, _, e := syscall.RawSyscall6(syscall.SYS_PRCTL, syscall.PR_SET_SECCOMP, setFilter, uintptr(unsafe.Pointer(&program)), 0, 0, 0)
	if e != 0 {
		return e
	}
	return nil
}

// withFixedKernelSettings makes the kernel's limits of namespaces read-only, as they are
// in many containers. A second /proc stays whole: where there is none, nobody may mount
// one for namespaces of their own.
func (l *line) withFixedKernelSettings() error {
	if err := syscall.Unshare(syscall.CLONE_NEWNS); err != nil {
		return err
	}
	if err := syscall.Mount("none", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return err
	}
	stage := slices.Index(l.door, "--stage")
	if stage < 0 {
		return errors.New("not in the line: --stage")
	}
	for _, dir := range []string{"/media", "/srv", "/mnt"} {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() || dir == l.door[stage+1] {
			continue
		}
		if err := syscall.Mount("proc", dir, "proc", 0, ""); err != nil {
			return err
		}
		const settings = "/proc/sys/user"
		if err := syscall.Mount(settings, settings, "", syscall.MS_BIND, ""); err != nil {
			return err
		}
		return syscall.Mount("none", settings, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, "")
	}
	return errors.New("no place for a second /proc")
}

// asUserAtLast leaves the program at its user, but without a user namespace: bubblewrap is
// then root, and the program becomes that user when all has been made.
func (l *line) asUserAtLast() error {
	at := slices.Index(l.door, "--user")
	end := slices.Index(l.sandbox, "--chdir")
	if at < 0 || end < 0 {
		return errors.New("not in the line: --user, --chdir")
	}
	user := l.door[at+1]
	if err := drop(&l.door, "--user", 1); err != nil {
		return err
	}
	l.sandbox = slices.Insert(l.sandbox, end, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")
	for i, word := range l.sandbox {
		// The home is root's now, and the program must get into it.
		if word == "--perms" && l.sandbox[i+1] == "0700" {
			l.sandbox[i+1] = "0777"
		}
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	l.program = append([]string{filepath.Join("/becoming", filepath.Base(self)), "become", user, "--"}, l.program...)
	return l.show(filepath.Dir(self), "/becoming")
}

// become is that other user, for good, and then the program.
func become(args []string) error {
	if len(args) < 3 || args[1] != "--" {
		return errors.New("usage: become USER -- program arguments...")
	}
	user, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	if err := syscall.Setgroups(nil); err != nil {
		return err
	}
	if err := syscall.Setgid(user); err != nil {
		return err
	}
	if err := syscall.Setuid(user); err != nil {
		return err
	}
	return syscall.Exec(args[2], args[2:], os.Environ())
}
