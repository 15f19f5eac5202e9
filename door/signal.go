package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

var signals = map[string]syscall.Signal{
	"INT": syscall.SIGINT, "CONT": syscall.SIGCONT, "KILL": syscall.SIGKILL,
}

// sendSignal signals one process of a tree: the first child of the first child ... of
// root, depth steps down. Bubblewrap hands on no signals, so the program itself must be
// found. Each step holds the process before it looks at whose child it is: a number
// that was given to somebody else in between is never signalled.
func sendSignal(args []string) int {
	f := flag.NewFlagSet("signal", flag.ContinueOnError)
	root := f.Int("root", 0, "process the tree begins with")
	started := f.String("started", "", "start time of root, as in its stat file")
	depth := f.Int("depth", 0, "steps down")
	if err := f.Parse(args); err != nil || f.NArg() != 1 {
		return exitUsage
	}
	signal, known := signals[f.Arg(0)]
	if !known {
		return exitUsage
	}
	if err := signalBelow(*root, *started, *depth, signal); err != nil {
		fmt.Fprintln(os.Stderr, "leasehold-door:", err)
		return 1
	}
	return 0
}

func signalBelow(root int, started string, depth int, signal syscall.Signal) error {
	process, err := os.FindProcess(root)
	if err != nil {
		return err
	}
	if _, at, err := parentAndStart(root); err != nil || at != started {
		return errors.New("the process is not the one that was meant")
	}
	for ; depth > 0; depth-- {
		parent := process.Pid
		children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", parent, parent))
		if err != nil {
			return err
		}
		first, _, _ := strings.Cut(string(children), " ")
		child, err := strconv.Atoi(first)
		if err != nil {
			return errors.New("the program has not started")
		}
		if process, err = os.FindProcess(child); err != nil {
			return err
		}
		if actual, _, err := parentAndStart(child); err != nil || actual != parent {
			return errors.New("the tree is coming down")
		}
	}
	return process.Signal(signal)
}

// parentAndStart reads two fields of a stat file. They are counted from the last
// parenthesis, since a program may have any name.
func parentAndStart(pid int) (parent int, started string, err error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, "", err
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 20 {
		return 0, "", errors.New("short stat file")
	}
	parent, err = strconv.Atoi(fields[1])
	return parent, fields[19], err
}
