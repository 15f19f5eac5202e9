package main

import (
	"bufio"
	"os"
	"os/exec"
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
	if err := ignoreGoodbyes(); err != nil {
		t.Fatal(err)
	}
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		if err := syscall.Kill(os.Getpid(), s); err != nil {
			t.Fatal(err)
		}
	}
	const goodbyes = 1<<(syscall.SIGINT-1) | 1<<(syscall.SIGTERM-1) | 1<<(syscall.SIGHUP-1)
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

func TestNorThoseThatWereIgnoredWhenWeBegan(t *testing.T) {
	const script = "trap '' INT HUP; exec \"$0\" -test.run 'TestAProgramDoesNotInherit'"
	background := exec.Command("/bin/sh", "-c", script, os.Args[0])
	if said, err := background.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, said)
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
