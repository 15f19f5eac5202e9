package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
)

// The stage is what the program may see, gathered under one directory that it can reach.
//
//	root/  the program's root, with an empty place for each file system it gets besides
//	dev/   its devices
//	NAME   what is put over the root afterwards
//
// The program runs as a user of its own, who could not walk to files below, say, the
// worker's home. We can, and the mount namespace is ours alone: on an empty file system
// over the directory, each source is bound under its name. And since the root is whole,
// bubblewrap has one place to bind and not one for each file: it reads the table of all
// mounts after each.
type stage struct {
	dir string
	// Of root: empty directories, empty files, links, and binds.
	dirs, files, links, rootBinds list
	// Beside root.
	binds list
}

// source is opened before anything is covered, without the right to read it.
type source struct {
	target string
	fd     int
	isDir  bool
}

var devices = []string{"full", "null", "random", "tty", "urandom", "zero"}

func (s stage) build() error {
	// Others must get into what is made here, whatever the worker lets others do.
	defer syscall.Umask(syscall.Umask(0))
	if err := s.make(); err != nil {
		return fmt.Errorf("stage: %w", err)
	}
	return nil
}

func (s stage) make() error {
	sources, err := s.open()
	if err != nil {
		return err
	}
	flags := uintptr(syscall.MS_NOSUID | syscall.MS_NODEV)
	if err := mount("tmpfs", s.dir, "tmpfs", flags, "size=256k,mode=0755"); err != nil {
		return err
	}
	if err := s.places(sources); err != nil {
		return err
	}
	for _, each := range sources {
		if err := each.bind(); err != nil {
			return err
		}
	}
	return nil
}

func (s stage) open() ([]source, error) {
	var sources []source
	add := func(path, target string) error {
		each, err := open(path, target)
		sources = append(sources, each)
		return err
	}
	for _, bind := range s.binds {
		name, path, ok := strings.Cut(bind, "=")
		if !ok || name != filepath.Base(name) || name == "root" || name == "dev" {
			return nil, fmt.Errorf("not NAME=PATH: %s", bind)
		}
		if err := add(path, filepath.Join(s.dir, name)); err != nil {
			return nil, err
		}
	}
	for _, bind := range s.rootBinds {
		inside, path, ok := strings.Cut(bind, "=")
		if !ok || !filepath.IsAbs(inside) || inside != filepath.Clean(inside) {
			return nil, fmt.Errorf("not INSIDE=PATH: %s", bind)
		}
		for _, other := range s.rootBinds {
			if strings.HasPrefix(other, inside+"/") {
				return nil, fmt.Errorf("%s would be bound over what is bound to %s", other, inside)
			}
		}
		if err := add(path, s.inRoot(inside)); err != nil {
			return nil, err
		}
	}
	for _, device := range devices {
		if err := add("/dev/"+device, filepath.Join(s.dir, "dev", device)); err != nil {
			return nil, err
		}
	}
	return sources, nil
}

func (s stage) inRoot(inside string) string {
	return filepath.Join(s.dir, "root", inside)
}

// places makes what is bound over, all of it before the first bind: none of it may lie
// in something of the host's, and none may be there twice.
func (s stage) places(sources []source) error {
	for _, dir := range append(list{"/"}, s.dirs...) {
		if err := makeAll(s.inRoot(dir)); err != nil {
			return err
		}
	}
	if err := makeAll(filepath.Join(s.dir, "dev", "shm")); err != nil {
		return err
	}
	for _, file := range s.files {
		sources = append(sources, source{target: s.inRoot(file)})
	}
	for _, each := range sources {
		if err := each.place(); err != nil {
			return err
		}
	}
	for _, link := range s.links {
		inside, to, _ := strings.Cut(link, "=")
		if err := syscall.Symlink(to, s.inRoot(inside)); err != nil {
			return fmt.Errorf("%s: %w", inside, err)
		}
	}
	for name, to := range map[string]string{"fd": "", "stdin": "/0", "stdout": "/1", "stderr": "/2"} {
		if err := syscall.Symlink("/proc/self/fd"+to, filepath.Join(s.dir, "dev", name)); err != nil {
			return fmt.Errorf("/dev/%s: %w", name, err)
		}
	}
	return nil
}

func open(path, target string) (source, error) {
	fd, err := syscall.Open(path, openPath, 0)
	if err != nil {
		return source{}, fmt.Errorf("%s: %w", path, err)
	}
	var info syscall.Stat_t
	if err := syscall.Fstat(fd, &info); err != nil {
		return source{}, fmt.Errorf("%s: %w", path, err)
	}
	return source{target, fd, info.Mode&syscall.S_IFMT == syscall.S_IFDIR}, nil
}

// place makes what the source is bound over, which must not be there.
func (each source) place() error {
	if err := makeAll(filepath.Dir(each.target)); err != nil {
		return err
	}
	var err error
	if each.isDir {
		err = syscall.Mkdir(each.target, 0o755)
	} else {
		err = syscall.Mknod(each.target, syscall.S_IFREG|0o644, 0)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", each.target, err)
	}
	return nil
}

func (each source) bind() error {
	opened := fmt.Sprintf("/proc/self/fd/%d", each.fd)
	defer syscall.Close(each.fd)
	return mount(opened, each.target, "", syscall.MS_BIND|syscall.MS_REC, "")
}

// makeAll makes a directory with those above it. There are no links yet.
func makeAll(dir string) error {
	err := syscall.Mkdir(dir, 0o755)
	if err == syscall.ENOENT {
		if err := makeAll(filepath.Dir(dir)); err != nil {
			return err
		}
		err = syscall.Mkdir(dir, 0o755)
	}
	if err != nil && err != syscall.EEXIST {
		return fmt.Errorf("%s: %w", dir, err)
	}
	return nil
}

func mount(from, to, kind string, flags uintptr, data string) error {
	if err := syscall.Mount(from, to, kind, flags, data); err != nil {
		return fmt.Errorf("%s: %w", to, err)
	}
	return nil
}
