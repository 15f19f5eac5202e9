package main

import (
	"fmt"
	"os"
	"syscall"
)

const (
	fadvDontNeed = 4
	madvHugepage = 14
	pageSize     = 4096
	smallestWarm = 4 << 20
)

// warm brings programs into the page cache in huge pages, where the file system can
// hold them so. A program of a hundred megabytes is then mapped by a few dozen page
// faults each time it starts, and not by many hundreds. Nothing but speed depends on
// it: the kernel may drop the pages, or never make them.
func warm(paths []string) int {
	code := 0
	for _, path := range paths {
		if err := warmFile(path); err != nil {
			fmt.Fprintln(os.Stderr, "leasehold-door: warm:", err)
			code = 1
		}
	}
	return code
}

func warmFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() < smallestWarm {
		return err
	}
	// What is cached already is cached in small pages, and must go first. Those that a
	// process has mapped stay, and those that are not on the disk yet.
	_ = file.Sync()
	syscall.Syscall6(syscall.SYS_FADVISE64, file.Fd(), 0, 0, fadvDontNeed, 0, 0)
	mapped, err := syscall.Mmap(int(file.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	defer syscall.Munmap(mapped)
	// A kernel without huge pages says so here: then this is an ordinary read ahead.
	_ = syscall.Madvise(mapped, madvHugepage)
	var sum byte
	for i := 0; i < len(mapped); i += pageSize {
		sum += mapped[i]
	}
	warmed = sum
	return nil
}

// warmed keeps the compiler from leaving the reads out.
var warmed byte
