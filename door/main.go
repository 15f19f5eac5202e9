// leasehold-door is a run's way to the world.
//
// A run has a network namespace of its own with nothing in it but loopback. The
// door lives in that namespace, outside everything else the run sees: it answers
// names, listens where an allowed endpoint would be, and carries the bytes over a
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
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
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

type options struct {
	parent      int
	socket      string
	servicePort int
	inHost      bool
	cgroup      list
	doors       list
	stage       stage
	rlimits     list
	status      string
	seccomp     string
	user        int
}

func init() {
	// The death signal below belongs to this thread, and fires when the thread
	// that started the program ends: main must never leave it.
	runtime.LockOSThread()
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: leasehold-door run|supervise|confine|probe|signal|warm|version ...")
		os.Exit(exitUsage)
	}
	switch os.Args[1] {
	case "run":
		os.Exit(run(os.Args[2:]))
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

func run(args []string) int {
	var o options
	f := flag.NewFlagSet("run", flag.ContinueOnError)
	f.IntVar(&o.parent, "parent", 0, "process that must still be our parent")
	f.StringVar(&o.socket, "socket", "", "the worker's Unix socket")
	f.IntVar(&o.servicePort, "service-port", 0, "port of 127.0.0.1 that leads to the worker's service")
	f.BoolVar(&o.inHost, "in-host", false, "no namespace of our own: carry the service only")
	f.Var(&o.cgroup, "cgroup", "cgroup.procs file to enter before the program starts")
	f.Var(&o.doors, "door", "allowed endpoint, name:port; *.name for a pattern")
	f.StringVar(&o.stage.dir, "stage", "", "directory that becomes the stage")
	f.Var(&o.stage.rootBinds, "root-bind", "INSIDE=PATH: make PATH reachable as STAGE/root/INSIDE")
	f.Var(&o.stage.dirs, "root-dir", "INSIDE: an empty STAGE/root/INSIDE")
	f.Var(&o.stage.files, "root-file", "INSIDE: an empty file STAGE/root/INSIDE")
	f.Var(&o.stage.links, "root-link", "INSIDE=TO: a symbolic link STAGE/root/INSIDE")
	f.Var(&o.stage.binds, "bind", "NAME=PATH: make PATH reachable as STAGE/NAME")
	f.Var(&o.rlimits, "rlimit", "NAME=VALUE")
	f.StringVar(&o.status, "status", "", "file that becomes the program's descriptor 3")
	f.StringVar(&o.seccomp, "seccomp", "", "file that becomes the program's descriptor 4")
	f.IntVar(&o.user, "user", 0, "user and group the program runs as, without any capability")
	if err := f.Parse(args); err != nil || f.NArg() == 0 {
		return exitUsage
	}
	if err := prepare(o); err != nil {
		fmt.Fprintln(os.Stderr, "leasehold-door:", err)
		return exitSetup
	}
	code, err := start(o, f.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "leasehold-door:", err)
		return exitSetup
	}
	return code
}

// prepare makes everything ready that the program must find when it starts.
func prepare(o options) error {
	if err := signalledWithParent(o.parent, syscall.SIGKILL); err != nil {
		return err
	}
	// A Ctrl-C for the worker must not end the runs: the worker stops them one by
	// one. Notify and not Ignore, since an ignored signal is inherited.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	for _, procs := range o.cgroup {
		if err := os.WriteFile(procs, []byte("0"), 0); err != nil {
			return fmt.Errorf("cgroup: %w", err)
		}
	}
	if o.stage.dir != "" {
		if err := o.stage.build(); err != nil {
			return err
		}
	}
	if err := limit(o.rlimits); err != nil {
		return err
	}
	d := newDoors(o.socket)
	if !o.inHost {
		if err := loopbackUp(); err != nil {
			return err
		}
		if err := d.open(o.doors); err != nil {
			return err
		}
	}
	return d.service(o.servicePort)
}

// signalledWithParent ties this process to the thread that started it: when the
// worker's thread ends, for whatever reason, we are signalled, and the program ends.
func signalledWithParent(parent int, with syscall.Signal) error {
	_, _, e := syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_SET_PDEATHSIG, uintptr(with), 0)
	if e != 0 {
		return fmt.Errorf("death signal: %w", e)
	}
	// It may have died before the call above; then nobody would ever tell us.
	if parent != 0 && os.Getppid() != parent {
		return errors.New("the worker is gone")
	}
	return nil
}

// start runs the program and waits for it on the locked thread, because the
// program's own death signal names the thread that started it.
func start(o options, argv []string) (int, error) {
	path, err := exec.LookPath(argv[0])
	if err != nil {
		return 0, err
	}
	child := &exec.Cmd{Path: path, Args: argv, Env: os.Environ(), Stdout: os.Stdout, Stderr: os.Stderr}
	if o.status != "" {
		file, err := os.OpenFile(o.status, os.O_WRONLY|os.O_TRUNC, 0)
		if err != nil {
			return 0, err
		}
		child.ExtraFiles = append(child.ExtraFiles, file)
	}
	if o.seccomp != "" {
		file, err := os.Open(o.seccomp)
		if err != nil {
			return 0, err
		}
		child.ExtraFiles = append(child.ExtraFiles, file)
	}
	child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setsid: true}
	if o.user != 0 {
		if err := dropPrivileges(); err != nil {
			return 0, err
		}
		id := uint32(o.user)
		child.SysProcAttr.Credential = &syscall.Credential{Uid: id, Gid: id}
	}
	if err := child.Start(); err != nil {
		return 0, err
	}
	for _, file := range child.ExtraFiles {
		file.Close()
	}
	// An exit code that is not zero is an error to Wait and a result to us.
	_ = child.Wait()
	status, ok := child.ProcessState.Sys().(syscall.WaitStatus)
	if !ok {
		return 0, errors.New("no wait status")
	}
	if status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return status.ExitStatus(), nil
}
