package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// line is what the worker starts, in its three parts: options of the door, bubblewrap
// with its options, and the program.
type line struct {
	door, sandbox, program []string
	env                    []string
}

// weaken takes defences out of a sandbox's line and becomes the door. That one that is
// to be left out is not there is an error: the line has changed, and with it what the
// tests say.
func weaken(args []string) error {
	split := slices.Index(args, "--")
	if split < 1 || split+1 >= len(args) {
		return errors.New("usage: weaken DOOR weakness... -- arguments")
	}
	door, weaknesses, given := args[0], args[1:split], args[split+1:]
	whole := append([]string{door}, given...)
	env := os.Environ()
	if given[0] == "supervise" {
		confined, err := widen(given, weaknesses)
		if err != nil {
			return err
		}
		whole = append([]string{door}, confined...)
	}
	if given[0] == "run" {
		l, err := parse(given)
		if err != nil {
			return err
		}
		for _, weakness := range weaknesses {
			if err := l.without(weakness); err != nil {
				return fmt.Errorf("%s: %w", weakness, err)
			}
		}
		whole = slices.Concat([]string{door}, l.door, []string{"--"}, l.sandbox, []string{"--"}, l.program)
		env = l.env
	}
	return syscall.Exec(door, whole, env)
}

// widen lets a program that has no namespaces have more than its line names: options of
// the confinement, as OPTION=VALUE, or those of a limit, as limit-NAME.
func widen(given, options []string) ([]string, error) {
	for _, option := range options {
		if name, ok := strings.CutPrefix(option, "limit-"); ok {
			l := line{door: given}
			if err := l.dropLimit(name + "="); err != nil {
				return nil, err
			}
			given = l.door
			continue
		}
		split := slices.Index(given, "--")
		if split < 0 {
			return nil, errors.New("no confinement")
		}
		// Behind the others: of two of the same name the last is taken.
		end := split + 1 + slices.Index(given[split+1:], "--")
		given = slices.Insert(slices.Clone(given), end, option)
	}
	return given, nil
}

func parse(given []string) (*line, error) {
	first := slices.Index(given, "--")
	if first < 0 {
		return nil, errors.New("no program of the door")
	}
	second := slices.Index(given[first+1:], "--")
	if second < 0 {
		return nil, errors.New("no program of the sandbox")
	}
	second += first + 1
	return &line{
		door: slices.Clone(given[:first]), sandbox: slices.Clone(given[first+1 : second]),
		program: given[second+1:], env: os.Environ(),
	}, nil
}

func (l *line) without(weakness string) error {
	switch weakness {
	case "cleared-environment":
		return l.withEnvironmentOfParent()
	case "own-user":
		return l.asWorker()
	case "own-root":
		return l.show("/", "/host")
	case "own-directory-of-results":
		return l.showResults()
	case "read-only":
		if err := replaceAll(l.sandbox, "--ro-bind", "--bind"); err != nil {
			return err
		}
		return drop(&l.sandbox, "--remount-ro", 1)
	case "sized-memory-files":
		return drop(&l.sandbox, "--size", 1)
	case "file-limit":
		return l.dropLimit("fsize=")
	case "process-limit":
		return l.dropLimit("nproc=")
	case "own-network":
		return l.inNetworkOfParent()
	case "closed-network":
		return l.inNetworkWithTheWorld()
	case "own-processes":
		return l.withProcessesOfHost()
	case "filter":
		return drop(&l.sandbox, "--seccomp", 1)
	case "no-terminals":
		return l.withTerminals()
	case "no-nested-namespaces":
		return drop(&l.sandbox, "--disable-userns", 0)
	case "no-capabilities":
		return l.withCapabilities()
	case "own-user-namespace":
		return l.inUserNamespaceOfParent()
	case "own-ipc":
		return drop(&l.sandbox, "--unshare-ipc", 0)
	case "settable-limits":
		return l.withFixedKernelSettings()
	case "no-new-privileges":
		return l.withNewPrivileges()
	case "nosuid-mounts":
		return l.withMountsOfHost()
	case "results":
		// The only one: what is to be read is bound read-only.
		return replaceAll(l.sandbox, "--bind", "--ro-bind")
	case "names-of-doors":
		return drop(&l.door, "--door", 1)
	case "way-of-doors":
		return l.replaceOf("--socket", "/nowhere")
	case "own-host-name":
		if err := drop(&l.sandbox, "--hostname", 1); err != nil {
			return err
		}
		return drop(&l.sandbox, "--unshare-uts", 0)
	default:
		if name, ok := strings.CutPrefix(weakness, "limit-"); ok {
			return l.dropLimit(name + "=")
		}
		if path, ok := strings.CutPrefix(weakness, "filter="); ok {
			return l.replaceOf("--seccomp", path)
		}
		return errors.New("no such defence")
	}
}

// drop takes an option and its values out, wherever it stands.
func drop(words *[]string, option string, values int) error {
	found := false
	for i := 0; i < len(*words); {
		if (*words)[i] == option {
			*words = slices.Delete(*words, i, i+1+values)
			found = true
		} else {
			i++
		}
	}
	if !found {
		return errors.New("not in the line: " + option)
	}
	return nil
}

func replaceAll(words []string, old, fresh string) error {
	found := false
	for i := range words {
		if words[i] == old {
			words[i] = fresh
			found = true
		}
	}
	if !found {
		return errors.New("not in the line: " + old)
	}
	return nil
}

// replaceOf gives an option of the door's another value.
func (l *line) replaceOf(option, value string) error {
	at := slices.Index(l.door, option)
	if at < 0 {
		return errors.New("not in the line: " + option)
	}
	l.door[at+1] = value
	return nil
}

func (l *line) dropLimit(prefix string) error {
	at := slices.IndexFunc(l.door, func(word string) bool { return strings.HasPrefix(word, prefix) })
	if at < 1 {
		return errors.New("not in the line: " + prefix)
	}
	l.door = slices.Delete(l.door, at-1, at+1)
	return nil
}

// asWorker keeps the program at the worker's user, whose files the run's then are too.
func (l *line) asWorker() error {
	for _, word := range l.door {
		_, path, ok := strings.Cut(word, "=")
		if !ok || !strings.HasPrefix(path, "/") {
			continue
		}
		var file syscall.Stat_t
		if err := syscall.Stat(path, &file); err != nil {
			return err
		}
		if int(file.Uid) != os.Getuid() {
			if err := os.Chown(path, os.Getuid(), os.Getgid()); err != nil {
				return err
			}
		}
	}
	return drop(&l.door, "--user", 1)
}

// show lets the program see, and as far as its user may write, something of the host.
func (l *line) show(host, inside string) error {
	stage := slices.Index(l.door, "--stage")
	end := slices.Index(l.sandbox, "--chdir")
	if stage < 0 || end < 0 {
		return errors.New("not in the line: --stage, --chdir")
	}
	name := fmt.Sprint("shown", len(l.sandbox))
	staged := filepath.Join(l.door[stage+1], name)
	l.door = append(l.door, "--root-dir", inside, "--bind", name+"="+host)
	l.sandbox = slices.Insert(l.sandbox, end, "--bind", staged, inside)
	return nil
}

// showResults shows the directory of the run in which the worker looks for results.
func (l *line) showResults() error {
	for _, word := range l.door {
		if name, path, ok := strings.Cut(word, "="); ok && name != "etc" &&
			strings.HasPrefix(filepath.Base(path), "out-") {
			return l.show(filepath.Dir(path), "/results")
		}
	}
	return errors.New("no result in the line")
}

func (l *line) withEnvironmentOfParent() error {
	environ, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", os.Getppid()))
	if err != nil {
		return err
	}
	for _, variable := range bytes.Split(environ, []byte{0}) {
		if len(variable) > 0 {
			// Ours first: of two of the same name the last is taken.
			l.env = append([]string{string(variable)}, l.env...)
		}
	}
	return nil
}

func (l *line) withProcessesOfHost() error {
	if err := drop(&l.sandbox, "--unshare-pid", 0); err != nil {
		return err
	}
	if err := drop(&l.sandbox, "--proc", 1); err != nil {
		return err
	}
	return l.show("/proc", "/proc")
}

func (l *line) withCapabilities() error {
	at := slices.Index(l.sandbox, "--cap-drop")
	if at < 0 {
		return errors.New("not in the line: --cap-drop")
	}
	l.sandbox[at] = "--cap-add"
	return nil
}

// withTerminals gives the program the devices of bubblewrap, among them new terminals.
func (l *line) withTerminals() error {
	at := slices.Index(l.sandbox, "--dev-bind")
	if at < 0 {
		return errors.New("not in the line: --dev-bind")
	}
	l.sandbox = slices.Replace(l.sandbox, at, at+2, "--dev")
	return nil
}

func (l *line) inUserNamespaceOfParent() error {
	for option, values := range map[string]int{"--unshare-user": 0, "--disable-userns": 0, "--uid": 1, "--gid": 1} {
		if err := drop(&l.sandbox, option, values); err != nil {
			return err
		}
	}
	if slices.Contains(l.door, "--user") {
		return l.asUserAtLast()
	}
	return nil
}
