package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"syscall"
	"time"
)

// loop waits on one thread for all that may happen. The runtime has such a loop, but runs
// it, and what it wakes, on any thread; and ours may be in different networks.
type loop struct {
	epoll    int
	handlers map[int32]func() error
	calls    int
	resting  []int32
	rested   time.Time
}

// rest is how long we leave alone what we could not do anything about.
const rest = 50 * time.Millisecond

// on has something done whenever the descriptor can be read from, on the thread that
// waits. When that fails, we wait and go on: in all likelihood the run has used up our
// descriptors. A descriptor that cannot be waited for is closed.
func (l *loop) on(fd int, handle func() error) error {
	if l.handlers == nil {
		epoll, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
		if err != nil {
			return fmt.Errorf("epoll: %w", err)
		}
		l.epoll, l.handlers = epoll, map[int32]func() error{}
	}
	l.handlers[int32(fd)] = handle
	if err := l.watch(int32(fd)); err != nil {
		l.off(fd)
		return err
	}
	return nil
}

// off closes a descriptor, and waits for it no longer.
func (l *loop) off(fd int) {
	delete(l.handlers, int32(fd))
	syscall.Close(fd)
}

func (l *loop) watch(fd int32) error {
	event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: fd}
	if err := syscall.EpollCtl(l.epoll, syscall.EPOLL_CTL_ADD, int(fd), &event); err != nil {
		return fmt.Errorf("epoll: %w", err)
	}
	return nil
}

// onCall has something done on the thread that waits, once for each call.
func (l *loop) onCall(handle func()) error {
	fd, _, e := syscall.RawSyscall(syscall.SYS_EVENTFD2, 0, syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
	if e != 0 {
		return fmt.Errorf("eventfd: %w", e)
	}
	l.calls = int(fd)
	return l.on(l.calls, func() error {
		var number [8]byte
		if _, err := syscall.Read(l.calls, number[:]); err != nil {
			return nil
		}
		for range binary.NativeEndian.Uint64(number[:]) {
			handle()
		}
		return nil
	})
}

// call may be used by any thread.
func (l *loop) call() {
	var one [8]byte
	binary.NativeEndian.PutUint64(one[:], 1)
	_, _ = syscall.Write(l.calls, one[:])
}

// until waits until the descriptor can be read from.
func (l *loop) until(ended int) error {
	if err := l.on(ended, nil); err != nil {
		return err
	}
	var events [16]syscall.EpollEvent
	for {
		timeout := -1
		if len(l.resting) > 0 {
			timeout = int(rest.Milliseconds())
		}
		n, err := syscall.EpollWait(l.epoll, events[:], timeout)
		if err != nil && err != syscall.EINTR {
			return fmt.Errorf("epoll: %w", err)
		}
		l.resume()
		for _, event := range events[:max(n, 0)] {
			if event.Fd == int32(ended) {
				return nil
			}
			// What came for one that was closed meanwhile has no handler.
			if handle := l.handlers[event.Fd]; handle != nil {
				if err := handle(); err != nil {
					l.leave(event.Fd, err)
				}
			}
		}
		// Others get the processor at once, and not when somebody notices that we wait.
		runtime.Gosched()
	}
}

func (l *loop) leave(fd int32, because error) {
	fmt.Fprintln(os.Stderr, "leasehold-door:", because)
	if err := syscall.EpollCtl(l.epoll, syscall.EPOLL_CTL_DEL, int(fd), nil); err == nil {
		if len(l.resting) == 0 {
			l.rested = time.Now()
		}
		l.resting = append(l.resting, fd)
	}
}

// resume goes on with those that have rested; one that the kernel does not let us wait for
// now, since all of a user's runs share how many there may be, rests again.
func (l *loop) resume() {
	if len(l.resting) == 0 || time.Since(l.rested) < rest {
		return
	}
	resting := l.resting
	l.resting = nil
	for _, fd := range resting {
		if err := l.watch(fd); err != nil {
			l.resting = append(l.resting, fd)
		}
	}
	l.rested = time.Now()
}

// backlog is as long as the kernel allows.
const backlog = 4096

// listen makes a socket in the run's network. That is where the first thread is; another
// may be on the host, and would listen there.
func listen(kind int, ip net.IP, port int) (int, error) {
	if syscall.Gettid() != os.Getpid() {
		return 0, errors.New("not in the run's network")
	}
	fd, err := syscall.Socket(syscall.AF_INET, kind|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, 0)
	if err != nil {
		return 0, fmt.Errorf("socket: %w", err)
	}
	if kind == syscall.SOCK_STREAM {
		// A connection that has just ended must not keep the port.
		_ = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
	}
	err = syscall.Bind(fd, &syscall.SockaddrInet4{Port: port, Addr: [4]byte(ip)})
	if err == nil && kind == syscall.SOCK_STREAM {
		err = syscall.Listen(fd, backlog)
	}
	if err != nil {
		syscall.Close(fd)
		return 0, fmt.Errorf("listen: %w", err)
	}
	return fd, nil
}
