// Package confine takes from this process what it does not need to read bytes and answer bytes: other files, the network, other programs,
// memory and time beyond a bound. It is called once, before the first byte of a stranger's file is read, and cannot be undone.
//
// Held by TestConfinedProcess in package inspect, which tries each thing from inside.
package confine

import (
	"errors"
	"fmt"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"golang.org/x/sys/unix"
)

// Limits are what one process may use.
type Limits struct {
	Memory uint64 // bytes of writable memory
	CPU    uint64 // seconds
}

// addressSpace is what the Go runtime reserves without using, and Memory twice: the second wall behind RLIMIT_DATA.
const addressSpace = 3 << 30

// Measures, by the names under which a missing one is told.
const (
	Limit   = "limits"
	NoDumps = "no_dumps"
	Filter  = "seccomp"
)

// Apply takes every measure that the machine grants, and names those that it refused.
func Apply(l Limits) (missing []string) {
	for _, m := range []struct {
		name string
		take func() error
	}{
		{Limit, func() error { return limit(l) }},
		{NoDumps, noDumps},
		{Filter, filter}, // last: it forbids the calls that the others make
	} {
		if err := m.take(); err != nil {
			missing = append(missing, m.name)
		}
	}
	return missing
}

func limit(l Limits) error {
	var failed error
	for resource, value := range map[int]uint64{
		unix.RLIMIT_DATA:   l.Memory,
		unix.RLIMIT_AS:     addressSpace,
		unix.RLIMIT_CPU:    l.CPU,
		unix.RLIMIT_FSIZE:  0, // not one byte in any file
		unix.RLIMIT_NOFILE: 16,
		unix.RLIMIT_CORE:   0,
	} {
		if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: value, Max: value}); err != nil {
			failed = errors.Join(failed, fmt.Errorf("limiting resource %d: %w", resource, err))
		}
	}
	return failed
}

func noDumps() error {
	return unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}

// threadFlags are those with which the Go runtime makes a thread, but for what a processor adds: with any other, clone makes a process
// or a namespace.
const threadFlags = unix.CLONE_VM | unix.CLONE_FS | unix.CLONE_FILES | unix.CLONE_SIGHAND | unix.CLONE_SYSVSEM | unix.CLONE_THREAD

// notExecutable: nothing that was written becomes code.
var notExecutable = seccomp.ArgumentConditions{{Argument: 2, Operation: seccomp.BitsNotSet, Value: unix.PROT_EXEC}}

// filter lets through what the Go runtime needs to compute, and reading and writing what is open. Opening, connecting, running and every
// other call answer EPERM, in all threads. no_new_privs goes with it.
func filter() error {
	return seccomp.LoadFilter(seccomp.Filter{
		NoNewPrivs: true,
		Flag:       seccomp.FilterFlagTSync,
		Policy: seccomp.Policy{
			DefaultAction: seccomp.ActionErrno,
			Syscalls: []seccomp.SyscallGroup{
				{Action: seccomp.ActionAllow, Names: calls},
				// clone comes last: in this library a condition that does not hold leaves an argument, in place of the call's
				// number, to be compared with the calls after it.
				{Action: seccomp.ActionAllow, NamesWithCondtions: []seccomp.NameWithConditions{
					{Name: "mmap", Conditions: notExecutable},
					{Name: "mprotect", Conditions: notExecutable},
					{Name: "clone", Conditions: seccomp.ArgumentConditions{{Argument: 0, Operation: seccomp.Equal, Value: threadFlags | processorFlags}}},
				}},
			},
		},
	})
}
