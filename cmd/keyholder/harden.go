package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// harden keeps the process's memory out of swap, core dumps and debuggers of
// the same account. In production it is that or no start; elsewhere the missing
// right is said and the program goes on.
func harden(environment string, log *slog.Logger) error {
	err := errors.Join(noDumps(), lockMemory())
	if err == nil {
		return nil
	}
	if environment == production {
		return fmt.Errorf("protecting memory (grant CAP_IPC_LOCK or an unlimited RLIMIT_MEMLOCK): %w", err)
	}
	log.Warn("memory is not protected against swap or dumps; production would refuse to start", "error", err)
	return nil
}

func noDumps() error {
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("forbidding dumps: %w", err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("forbidding core files: %w", err)
	}
	return nil
}

// lockMemory locks pages as they are touched (ONFAULT): the Go runtime reserves
// far more address space than it uses.
func lockMemory() error {
	if err := unix.Mlockall(unix.MCL_CURRENT | unix.MCL_FUTURE | unix.MCL_ONFAULT); err != nil {
		return fmt.Errorf("locking memory: %w", err)
	}
	return nil
}

// replace becomes a new, sealed process of the same program: a Go process can't
// wipe its memory, the kernel can. It returns only on failure, and then the
// process ends, which drops the memory too.
func replace() error {
	return fmt.Errorf("replacing the process: %w", syscall.Exec("/proc/self/exe", os.Args, os.Environ()))
}
