// leasehold-door is a run's way to the world.
//
// A run has a network namespace of its own with nothing in it but loopback. The
// door listens in that namespace, outside everything else the run sees: it answers
// names, is where an allowed endpoint would be, and carries the bytes over a
// Unix socket to the worker, which alone decides, resolves and connects.
//
//	leasehold-door run [options] -- program args...
//	leasehold-door supervise [options] -- [confinement] -- program args...
//	leasehold-door probe verb=argument...
//	leasehold-door signal --root PID --started TICKS --depth N INT
//	leasehold-door warm FILE...
//
// "run" starts the program (in practice bubblewrap) as a user and ends with its
// exit code. "supervise" starts one where no namespaces can be had: it is confined by
// Landlock and a system call filter, by "confine". "probe" is what the worker runs inside a sandbox to find out whether
// it holds. "signal" reaches a program inside. "warm" makes programs start faster.
// Only the standard library is used.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// version is set by the build; "dev" otherwise.
var version = "dev"

// Exit codes of the door itself, above those a shell gives to a program.
const (
	exitUsage = 64
	exitSetup = 70
)

type list []string

func (l *list) String() string     { return strings.Join(*l, ",") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

// The runtime keeps the functions named init on the first thread of the program. That
// matters: a death signal belongs to the thread that asked for it, that of a program to the
// thread that started it, and of a run's namespaces we can be sure for that thread only.
func init() {
	// A run begins and ends in here, and nothing that it needs may be left to another init.
	// To lock main instead would cost each run a thread, whose only work is to start others.
	if len(os.Args) > 1 && os.Args[1] == "run" {
		os.Exit(run(os.Args[2:]))
	}
	runtime.LockOSThread()
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: leasehold-door run|supervise|confine|probe|signal|warm|version ...")
		os.Exit(exitUsage)
	}
	// "run" never comes here.
	switch os.Args[1] {
	case "supervise":
		os.Exit(supervise(os.Args[2:]))
	case "confine":
		os.Exit(confine(os.Args[2:]))
	case "probe":
		os.Exit(probe(os.Args[2:]))
	case "signal":
		os.Exit(sendSignal(os.Args[2:]))
	case "warm":
		os.Exit(warm(os.Args[2:]))
	case "version":
		fmt.Println(version)
	default:
		fmt.Fprintln(os.Stderr, "leasehold-door: unknown command", os.Args[1])
		os.Exit(exitUsage)
	}
}
