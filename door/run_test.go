package main

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// ignored is the mask of ignored signals in the status file of a process.
func ignored(t *testing.T, status *os.File) uint64 {
	t.Helper()
	for lines := bufio.NewScanner(status); lines.Scan(); {
		if text, ok := strings.CutPrefix(lines.Text(), "SigIgn:"); ok {
			mask, err := strconv.ParseUint(strings.TrimSpace(text), 16, 64)
			if err != nil {
				t.Fatal(err)
			}
			return mask
		}
	}
	t.Fatal("no mask of ignored signals")
	return 0
}

func TestAProgramDoesNotInheritTheSignalsThatWeIgnore(t *testing.T) {
	const goodbyes = 1<<(syscall.SIGINT-1) | 1<<(syscall.SIGTERM-1) | 1<<(syscall.SIGHUP-1)
	if err := ignoreGoodbyes(); err != nil {
		t.Fatal(err)
	}
	own, err := os.Open("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	if mask := ignored(t, own); mask&goodbyes != goodbyes {
		t.Errorf("we ignore %x", mask)
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	argv := []string{"/bin/cat", "/proc/self/status"}
	pid, err := syscall.ForkExec(argv[0], argv, &syscall.ProcAttr{Files: []uintptr{0, write.Fd(), 2}})
	write.Close()
	if err != nil {
		t.Fatal(err)
	}
	if mask := ignored(t, read); mask&goodbyes != 0 {
		t.Errorf("the program ignores %x", mask)
	}
	if code, err := (program{pid: pid}).exitCode(); code != 0 || err != nil {
		t.Errorf("exit code %d, %v", code, err)
	}
}

func TestAProgramEndsWithTheCodeOfAShell(t *testing.T) {
	for script, want := range map[string]int{"exit 3": 3, "kill -9 $$": 137} {
		p, err := options{}.start([]string{"/bin/sh", "-c", script})
		if err != nil {
			t.Fatal(err)
		}
		var l loop
		if err := l.until(p.ended); err != nil {
			t.Fatal(err)
		}
		if code, err := p.exitCode(); code != want || err != nil {
			t.Errorf("%s: %d, %v", script, code, err)
		}
	}
}
