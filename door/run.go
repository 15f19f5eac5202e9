package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"unsafe"
)

type options struct {
	parent      int
	unshare     bool
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

// run is on the way of every program that a worker starts, so it does what must be done
// by itself and on one thread: each thread, and each package that starts one, costs as
// much as all the mounts. Goroutines are for connections, which most programs do not make
// at once.
func run(args []string) int {
	var o options
	f := flag.NewFlagSet("run", flag.ContinueOnError)
	f.IntVar(&o.parent, "parent", 0, "process that must still be our parent")
	f.BoolVar(&o.unshare, "unshare", false, "make the network and mount namespaces; else we are in them")
	f.StringVar(&o.socket, "socket", "", "the worker's Unix socket")
	f.IntVar(&o.servicePort, "service-port", 0, "port of 127.0.0.1 that leads to the worker's service")
	f.BoolVar(&o.inHost, "in-host", false, "no network of our own: carry the service only")
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
	code, err := o.run(f.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "leasehold-door:", err)
		return exitSetup
	}
	return code
}

func (o options) run(argv []string) (int, error) {
	d := newDoors(o.socket)
	if err := o.prepare(d); err != nil {
		return 0, err
	}
	program, err := o.start(argv)
	if err != nil {
		return 0, err
	}
	if err := d.answerUntil(program.ended); err != nil {
		return 0, err
	}
	return program.exitCode()
}

// prepare makes everything ready that the program must find when it starts.
func (o options) prepare(d *doors) error {
	if err := signalledWithParent(o.parent, syscall.SIGKILL); err != nil {
		return err
	}
	if err := ignoreGoodbyes(); err != nil {
		return err
	}
	for _, procs := range o.cgroup {
		if err := os.WriteFile(procs, []byte("0"), 0); err != nil {
			return fmt.Errorf("cgroup: %w", err)
		}
	}
	if o.unshare {
		if err := unshare(); err != nil {
			return err
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

// unshare gives this thread, and so the program it starts, a network and mounts of its
// own. Another thread of ours is where the thread was that started it: on the host, or in
// here. So they carry connections, which are made already, and make none but to the
// worker's socket, by a path that both see.
func unshare() error {
	if err := syscall.Unshare(syscall.CLONE_NEWNET | syscall.CLONE_NEWNS); err != nil {
		return fmt.Errorf("namespaces: %w", err)
	}
	if err := syscall.Mount("none", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("namespaces: private mounts: %w", err)
	}
	return nil
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

// ignoreGoodbyes leaves it to the worker to end its runs one by one when somebody presses
// Ctrl-C. It goes past os/signal, which would start two threads or have the program
// inherit what we ignore: as the runtime does not know, the program starts with the
// signals as they are by default. One that was ignored when we began, as for a worker in
// the background of a shell, the runtime leaves alone; that one is worth two threads, since
// a program that inherits it would not hear that it is to stop.
func ignoreGoodbyes() error {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		var before signalAction
		if err := setSignal(s, nil, &before); err != nil {
			return err
		}
		if before.handler == signalIgnored {
			signal.Notify(make(chan os.Signal, 1), s)
			continue
		}
		if err := setSignal(s, &signalAction{handler: signalIgnored}, nil); err != nil {
			return err
		}
	}
	return nil
}

// signalAction is the kernel's struct sigaction.
type signalAction struct {
	handler, flags, restorer uintptr
	mask                     uint64
}

const signalIgnored = 1

func setSignal(s syscall.Signal, to, before *signalAction) error {
	const setSize = 8
	_, _, e := syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(s),
		uintptr(unsafe.Pointer(to)), uintptr(unsafe.Pointer(before)), setSize, 0, 0)
	if e != 0 {
		return fmt.Errorf("signal %d: %w", s, e)
	}
	return nil
}

// program is what was started: ended can be read from when it has.
type program struct{ pid, ended int }

// start starts the program from the locked thread, because the program's own death
// signal names the thread that started it.
func (o options) start(argv []string) (program, error) {
	p := program{ended: -1}
	attributes := syscall.ProcAttr{
		Env: os.Environ(),
		Sys: &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setsid: true, PidFD: &p.ended},
	}
	null, err := syscall.Open(os.DevNull, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return p, fmt.Errorf("%s: %w", os.DevNull, err)
	}
	defer syscall.Close(null)
	attributes.Files = []uintptr{uintptr(null), 1, 2}
	for _, file := range []struct {
		path string
		how  int
	}{{o.status, syscall.O_WRONLY | syscall.O_TRUNC}, {o.seccomp, syscall.O_RDONLY}} {
		if file.path == "" {
			continue
		}
		fd, err := syscall.Open(file.path, file.how|syscall.O_CLOEXEC, 0)
		if err != nil {
			return p, fmt.Errorf("%s: %w", file.path, err)
		}
		defer syscall.Close(fd)
		attributes.Files = append(attributes.Files, uintptr(fd))
	}
	if o.user != 0 {
		if err := dropPrivileges(); err != nil {
			return p, err
		}
		id := uint32(o.user)
		attributes.Sys.Credential = &syscall.Credential{Uid: id, Gid: id}
	}
	if p.pid, err = syscall.ForkExec(argv[0], argv, &attributes); err != nil {
		return p, fmt.Errorf("%s: %w", argv[0], err)
	}
	if p.ended < 0 {
		return p, errors.New("the kernel has no file descriptors for processes: Linux 5.4 is needed")
	}
	return p, nil
}

// exitCode is that of a program that has ended, in the way of a shell.
func (p program) exitCode() (int, error) {
	var status syscall.WaitStatus
	for {
		_, err := syscall.Wait4(p.pid, &status, 0, nil)
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil:
			return 0, fmt.Errorf("wait: %w", err)
		case status.Signaled():
			return 128 + int(status.Signal()), nil
		default:
			return status.ExitStatus(), nil
		}
	}
}
