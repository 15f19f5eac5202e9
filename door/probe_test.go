package main

import (
	"errors"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// rlimitProcesses is not in package syscall.
const rlimitProcesses = 6

func TestWhatGetsNoProcessHasNotBeenRefused(t *testing.T) {
	if syscall.Getuid() != 0 {
		t.Skip("whoever may not become another user would leave this process without threads")
	}
	var before syscall.Rlimit
	if err := syscall.Getrlimit(rlimitProcesses, &before); err != nil {
		t.Fatal(err)
	}
	// Root, which all the other threads are, is not held by it.
	none := syscall.Rlimit{Cur: 0, Max: before.Max}
	if err := syscall.Setrlimit(rlimitProcesses, &none); err != nil {
		t.Fatal(err)
	}
	tried := make(chan error)
	go func() {
		// Never unlocked: the thread ends with its user.
		runtime.LockOSThread()
		const nobody = 65534
		syscall.RawSyscall(syscall.SYS_SETRESUID, nobody, nobody, nobody)
		tried <- unsharesUser()
	}()
	err := <-tried
	if err := syscall.Setrlimit(rlimitProcesses, &before); err != nil {
		t.Fatal(err)
	}
	if !errors.As(err, &untried{}) || !strings.HasPrefix(err.Error(), "could not try: ") {
		t.Errorf("said %v", err)
	}
}

func TestAVariableIsFoundByItsBeginningOnly(t *testing.T) {
	environment := []byte("HOME=/home/run\x00MY_SECRET_NAME=1\x00X=SECRET_NAME=\x00")
	for beginning, expected := range map[string]bool{
		"HOME=": true, "MY_SECRET_NAME=": true, "SECRET_NAME=": false, "OME=": false, "MISSING=": false,
	} {
		if holds(environment, beginning) != expected {
			t.Errorf("%s: not %v", beginning, expected)
		}
	}
}
