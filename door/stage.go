package main

import (
	"fmt"
	"os"
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
	file   *os.File
	isDir  bool
}

var devices = []string{"full", "null", "random", "tty", "urandom", "zero"}

func (s stage) build() error {
	sources, err := s.open()
	if err != nil {
		return fmt.Errorf("stage: %w", err)
	}
	for _, each := range sources {
		defer each.file.Close()
	}
	// Others must get into the directories made here, whatever the worker lets others do.
	defer syscall.Umask(syscall.Umask(0o022))
	flags := uintptr(syscall.MS_NOSUID | syscall.MS_NODEV)
	if err := syscall.Mount("tmpfs", s.dir, "tmpfs", flags, "size=256k,mode=0755"); err != nil {
		return fmt.Errorf("stage %s: %w", s.dir, err)
	}
	if err := s.places(sources); err != nil {
		return fmt.Errorf("stage: %w", err)
	}
	for _, each := range sources {
		opened := fmt.Sprintf("/proc/self/fd/%d", each.file.Fd())
		if err := syscall.Mount(opened, each.target, "", syscall.MS_BIND|syscall.MS_REC, ""); err != nil {
			return fmt.Errorf("stage %s: %w", each.target, err)
		}
	}
	return nil
}

func (s stage) open() ([]source, error) {
	var sources []source
	add := func(path, target string) error {
		file, err := os.OpenFile(path, openPath, 0)
		if err != nil {
			return err
		}
		info, err := file.Stat()
		if err != nil {
			return err
		}
		sources = append(sources, source{target, file, info.IsDir()})
		return nil
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
		if err := os.MkdirAll(s.inRoot(dir), 0o755); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Join(s.dir, "dev", "shm"), 0o755); err != nil {
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
		if err := os.Symlink(to, s.inRoot(inside)); err != nil {
			return err
		}
	}
	for name, to := range map[string]string{"fd": "", "stdin": "/0", "stdout": "/1", "stderr": "/2"} {
		if err := os.Symlink("/proc/self/fd"+to, filepath.Join(s.dir, "dev", name)); err != nil {
			return err
		}
	}
	return nil
}

func (each source) place() error {
	if err := os.MkdirAll(filepath.Dir(each.target), 0o755); err != nil {
		return err
	}
	if each.isDir {
		return os.Mkdir(each.target, 0o755)
	}
	file, err := os.OpenFile(each.target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	return file.Close()
}
