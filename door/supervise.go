package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// supervise runs a program, in practice "confine", where it cannot be given processes
// of its own, and ends with its exit code when every process that came of it is gone.
//
// What the program starts is found, however often it forks: we are where orphans of
// our descendants go. SIGTERM, and the end of the worker, kill all of them. We are
// outside of what confines the program, and cannot be signalled from there.
func supervise(args []string) int {
	var limits, cgroup list
	f := flag.NewFlagSet("supervise", flag.ContinueOnError)
	parent := f.Int("parent", 0, "process that must still be our parent")
	status := f.String("status", "", "file that says the exit code of a program that began")
	f.Var(&limits, "rlimit", "NAME=VALUE")
	f.Var(&cgroup, "cgroup", "cgroup.procs file to enter before the program starts")
	if err := f.Parse(args); err != nil {
		return exitUsage
	}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM)
	signal.Notify(make(chan os.Signal, 1), syscall.SIGINT, syscall.SIGHUP)
	code, err := supervised(f.Args(), *parent, *status, limits, cgroup, ended)
	if err != nil {
		fmt.Fprintln(os.Stderr, "leasehold-door:", err)
		return exitSetup
	}
	return code
}

const prSetChildSubreaper = 36

func supervised(argv []string, parent int, status string, limits, cgroup list, ended chan os.Signal) (int, error) {
	if err := signalledWithParent(parent, syscall.SIGTERM); err != nil {
		return 0, err
	}
	if _, _, e := syscall.RawSyscall(syscall.SYS_PRCTL, prSetChildSubreaper, 1, 0); e != 0 {
		return 0, fmt.Errorf("orphans: %w", e)
	}
	for _, procs := range cgroup {
		if err := os.WriteFile(procs, []byte("0"), 0); err != nil {
			return 0, fmt.Errorf("cgroup: %w", err)
		}
	}
	if err := limit(limits); err != nil {
		return 0, err
	}
	child, err := begin(argv)
	if err != nil {
		return 0, err
	}
	go func() {
		for range ended {
			killDescendants()
		}
	}()
	code := reapUntil(child)
	for {
		// Only the kernel says that none is left: a look misses those that are on their way.
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		if err == syscall.ECHILD {
			break
		}
		if pid == 0 {
			killFound()
			time.Sleep(time.Millisecond)
		}
	}
	return code, os.WriteFile(status, fmt.Appendf(nil, `{"exit-code": %d}`, code), 0)
}

// begin starts ourselves again as what confines the program. That it became the program
// is known when its end of the pipe is closed without a word.
func begin(argv []string) (int, error) {
	hear, say, err := os.Pipe()
	if err != nil {
		return 0, err
	}
	defer hear.Close()
	child := &exec.Cmd{
		Path: "/proc/self/exe", Args: append([]string{"leasehold-door", "confine"}, argv...),
		Env: os.Environ(), Stdout: os.Stdout, Stderr: os.Stderr, ExtraFiles: []*os.File{say},
		SysProcAttr: &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setsid: true},
	}
	err = child.Start()
	say.Close()
	if err != nil {
		return 0, err
	}
	if complaint, _ := io.ReadAll(hear); len(complaint) > 0 {
		_ = child.Wait()
		return 0, errors.New(string(complaint))
	}
	return child.Process.Pid, nil
}

// reapUntil waits for the program and for whatever else ends before it.
func reapUntil(program int) int {
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, 0, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return exitSetup
		}
		if pid == program && status.Signaled() {
			return 128 + int(status.Signal())
		}
		if pid == program {
			return status.ExitStatus()
		}
	}
}

// killDescendants kills and looks again until there are none but those that nobody has
// reaped.
func killDescendants() {
	for !killFound() {
		time.Sleep(time.Millisecond)
	}
}

// killFound stops all of them first, so that none makes more while the others are killed.
// It says whether it looked everywhere and found none.
func killFound() bool {
	found, err := descendants(os.Getpid())
	for _, with := range []syscall.Signal{syscall.SIGSTOP, syscall.SIGKILL} {
		for _, pid := range found {
			syscall.Kill(pid, with)
		}
	}
	return err == nil && len(found) == 0
}

// descendants are those that live. With an error, there may be more than were found.
func descendants(of int) ([]int, error) {
	parents := map[int]int{}
	entries, failed := os.ReadDir("/proc")
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			if !isNone(err) {
				failed = err
			}
			continue
		}
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		if len(fields) > 1 && !slices.Contains([]string{"Z", "X"}, fields[0]) {
			parents[pid], _ = strconv.Atoi(fields[1])
		}
	}
	var found []int
	for pid := range parents {
		for at := parents[pid]; at > 1; at = parents[at] {
			if at == of {
				found = append(found, pid)
				break
			}
		}
	}
	return found, failed
}

// isNone says that a process has gone meanwhile, or is hidden and so none of ours.
func isNone(err error) bool {
	return errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ESRCH) || errors.Is(err, os.ErrPermission)
}
