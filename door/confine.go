package main

import (
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"unsafe"
)

// Landlock, as in the kernel's include/uapi/linux/landlock.h.
const (
	sysLandlockCreate   = 444
	sysLandlockAddRule  = 445
	sysLandlockRestrict = 446

	rulePathBeneath = 1
	rulePort        = 2

	fsExecute   = 1 << 0
	fsWriteFile = 1 << 1
	fsReadFile  = 1 << 2
	fsReadDir   = 1 << 3
	fsTruncate  = 1 << 14
	// All that the fifth version knows: what is not known would be refused.
	fsAll = 1<<16 - 1

	fsReading = fsExecute | fsReadFile | fsReadDir
	// No devices of its own, and no ioctl on those of others.
	fsChanging = fsAll &^ (fsExecute | 1<<6 | 1<<11 | 1<<15)
	fsOneFile  = fsReadFile | fsWriteFile | fsTruncate

	netBind    = 1 << 0
	netConnect = 1 << 1

	scopeAbstractSocket = 1 << 0
	scopeSignal         = 1 << 1

	// The first version that keeps signals and abstract sockets in.
	landlockNeeded = 6
)

// confinement is what the program may do; anything else is refused.
type confinement struct {
	reads, writes, files, ports list
	seccomp                     string
}

// landlockVersion is zero where there is no Landlock.
func landlockVersion() int {
	version, _, e := syscall.RawSyscall(sysLandlockCreate, 0, 0, 1)
	if e != 0 {
		return 0
	}
	return int(version)
}

// confine gives up, for ever and for all that is started from here, whatever is not
// named, and becomes the program. What goes wrong is said on descriptor 3, which the
// program does not get.
func confine(args []string) int {
	var c confinement
	f := flag.NewFlagSet("confine", flag.ContinueOnError)
	f.Var(&c.reads, "read", "file or directory to read and execute")
	f.Var(&c.writes, "write", "directory to change")
	f.Var(&c.files, "file", "file to write to in place")
	f.Var(&c.ports, "connect", "TCP port that may be connected to")
	f.StringVar(&c.seccomp, "seccomp", "", "system call filter")
	dir := f.String("directory", "/", "where the program starts")
	bare := f.Bool("bare", false, "confine nothing")
	if err := f.Parse(args); err != nil || f.NArg() == 0 {
		return exitUsage
	}
	err := os.Chdir(*dir)
	if err == nil && !*bare {
		err = c.enter()
	}
	if err == nil {
		syscall.CloseOnExec(reportFile)
		err = syscall.Exec(f.Arg(0), f.Args(), os.Environ())
	}
	fmt.Fprint(os.NewFile(reportFile, "report"), err)
	return exitSetup
}

// reportFile is where the supervisor hears that the program could not be started.
const reportFile = 3

func (c confinement) enter() error {
	if err := giveUpCapabilities(); err != nil {
		return err
	}
	filter, err := os.ReadFile(c.seccomp)
	if err != nil {
		return err
	}
	ruleset, err := c.ruleset()
	if err != nil {
		return fmt.Errorf("landlock: %w", err)
	}
	defer syscall.Close(ruleset)
	if _, _, e := syscall.RawSyscall(sysLandlockRestrict, uintptr(ruleset), 0, 0); e != 0 {
		return fmt.Errorf("landlock: %w", e)
	}
	return applyFilter(filter)
}

func (c confinement) ruleset() (int, error) {
	if version := landlockVersion(); version < landlockNeeded {
		return 0, fmt.Errorf("the kernel has version %d, and %d is needed", version, landlockNeeded)
	}
	handled := struct{ fs, net, scoped uint64 }{fsAll, netBind | netConnect, scopeAbstractSocket | scopeSignal}
	fd, _, e := syscall.RawSyscall(sysLandlockCreate, uintptr(unsafe.Pointer(&handled)), unsafe.Sizeof(handled), 0)
	if e != 0 {
		return 0, e
	}
	ruleset := int(fd)
	for access, paths := range map[uint64]list{fsReading: c.reads, fsChanging: c.writes, fsOneFile: c.files} {
		for _, path := range paths {
			if err := allowPath(ruleset, path, access); err != nil {
				return 0, fmt.Errorf("%s: %w", path, err)
			}
		}
	}
	for _, text := range c.ports {
		port, err := strconv.ParseUint(text, 10, 16)
		if err != nil {
			return 0, err
		}
		rule := struct{ access, port uint64 }{netConnect, port}
		if _, _, e := syscall.RawSyscall6(sysLandlockAddRule, uintptr(ruleset), rulePort, uintptr(unsafe.Pointer(&rule)), 0, 0, 0); e != 0 {
			return 0, fmt.Errorf("port %d: %w", port, e)
		}
	}
	return ruleset, nil
}

func allowPath(ruleset int, path string, access uint64) error {
	file, err := os.OpenFile(path, openPath&^syscall.O_NOFOLLOW, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if !info.IsDir() {
		access &= fsExecute | fsOneFile
	}
	// struct landlock_path_beneath_attr is packed: twelve bytes.
	var rule [12]byte
	binary.NativeEndian.PutUint64(rule[:], access)
	binary.NativeEndian.PutUint32(rule[8:], uint32(file.Fd()))
	if _, _, e := syscall.RawSyscall6(sysLandlockAddRule, uintptr(ruleset), rulePathBeneath, uintptr(unsafe.Pointer(&rule)), 0, 0, 0); e != 0 {
		return e
	}
	return nil
}

// giveUpCapabilities leaves none to a worker that is root, now or after the program is
// started: it goes on as the same user without any of a root's rights.
func giveUpCapabilities() error {
	if os.Geteuid() != 0 {
		return noNewPrivileges()
	}
	if err := dropPrivileges(); err != nil {
		return err
	}
	header := struct {
		version uint32
		pid     int32
	}{version: capabilityVersion}
	var none [2]struct{ effective, permitted, inheritable uint32 }
	_, _, e := syscall.RawSyscall(syscall.SYS_CAPSET, uintptr(unsafe.Pointer(&header)), uintptr(unsafe.Pointer(&none)), 0)
	if e != 0 {
		return fmt.Errorf("capabilities: %w", e)
	}
	return nil
}

func applyFilter(filter []byte) error {
	if len(filter) == 0 || len(filter)%8 != 0 {
		return errors.New("not a system call filter")
	}
	program := struct {
		length uint16
		_      [6]byte
		filter *byte
	}{length: uint16(len(filter) / 8), filter: &filter[0]}
	const setFilter = 2
	_, _, e := syscall.RawSyscall6(syscall.SYS_PRCTL, syscall.PR_SET_SECCOMP, setFilter, uintptr(unsafe.Pointer(&program)), 0, 0, 0)
	if e != 0 {
		return fmt.Errorf("system call filter: %w", e)
	}
	return nil
}
