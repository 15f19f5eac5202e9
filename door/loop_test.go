package main

import (
	"errors"
	"net"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// pipe gives both ends of one; what was written to it can be read at once.
func pipe(t *testing.T) (from, to int) {
	t.Helper()
	var ends [2]int
	if err := syscall.Pipe2(ends[:], syscall.O_CLOEXEC|syscall.O_NONBLOCK); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(ends[0]); syscall.Close(ends[1]) })
	return ends[0], ends[1]
}

func write(t *testing.T, to int) {
	t.Helper()
	if _, err := syscall.Write(to, []byte{1}); err != nil {
		t.Error(err)
	}
}

func TestEveryCallIsAnsweredByTheThreadThatWaits(t *testing.T) {
	var l loop
	ended, end := pipe(t)
	waiting, calls := 0, 0
	if err := l.onCall(func() {
		if syscall.Gettid() != waiting {
			t.Error("answered by another thread")
		}
		if calls++; calls == 3 {
			write(t, end)
		}
	}); err != nil {
		t.Fatal(err)
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	waiting = syscall.Gettid()
	l.call()
	l.call()
	l.call()
	if err := l.until(ended); err != nil || calls != 3 {
		t.Fatalf("%d calls, %v", calls, err)
	}
}

func TestWhatCannotBeDoneIsTriedAgainLater(t *testing.T) {
	var l loop
	ended, end := pipe(t)
	knocks, knock := pipe(t)
	write(t, knock)
	tries := 0
	began := time.Now()
	if err := l.on(knocks, func() error {
		if tries++; tries == 1 {
			return errors.New("too many open files")
		}
		write(t, end)
		var one [1]byte
		_, err := syscall.Read(knocks, one[:])
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := l.until(ended); err != nil || tries != 2 {
		t.Fatalf("%d tries, %v", tries, err)
	}
	if took := time.Since(began); took < rest {
		t.Errorf("tried again after %v", took)
	}
}

func TestOnlyTheFirstThreadListens(t *testing.T) {
	listener, err := listen(syscall.SOCK_STREAM, net.IPv4(127, 0, 0, 1).To4(), 0)
	if err == nil {
		syscall.Close(listener)
		t.Fatal("a test runs on another thread, and that one is on the host")
	}
}

func TestWhatIsClosedBeforeItsTurnIsNotTakenForTheEnd(t *testing.T) {
	var l loop
	ended, end := pipe(t)
	knocks, calls := [2]int{}, 0
	for i := range knocks {
		var ends [2]int
		if err := syscall.Pipe2(ends[:], syscall.O_CLOEXEC|syscall.O_NONBLOCK); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { syscall.Close(ends[1]) })
		write(t, ends[1])
		knocks[i] = ends[0]
	}
	over := false
	for i, fd := range knocks {
		if err := l.on(fd, func() error {
			calls++
			l.off(knocks[1-i])
			l.off(fd)
			time.AfterFunc(rest, func() { over = true; write(t, end) })
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.until(ended); err != nil || calls != 1 || !over {
		t.Fatalf("%d calls, over %v, %v", calls, over, err)
	}
}
