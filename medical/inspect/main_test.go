package inspect

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"cloison/crypto/frame"
	"cloison/medical/inspect/confine"
	"cloison/medical/inspect/wire"
)

// program is the real inspector, built once.
var program string

// The test program plays inspectors that misbehave: started with arguments, it is one.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "act" {
		act(os.Args[2], os.Args[3:])
		os.Exit(0)
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "inspector")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	program = filepath.Join(folder, "inspector")
	build := exec.Command("go", "build", "-o", program, "cloison/cmd/inspector")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the inspector: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

func act(part string, args []string) {
	var r wire.Request
	switch part {
	case "try", "try unconfined":
		try(part == "try", args[0], args[1], args[2])
		return
	case "try namespace":
		_ = frame.Read(os.Stdin, &r)
		_ = frame.Write(os.Stdout, wire.Answer{Missing: reached(args[0])})
		return
	case "weak":
		_ = frame.Read(os.Stdin, &r)
		_ = frame.Write(os.Stdout, wire.Answer{Missing: []string{confine.Filter}})
		return
	case "deaf": // reads nothing
		time.Sleep(time.Hour)
	}
	_ = frame.Read(os.Stdin, &r)
	if r.Operation == wire.Check {
		_ = frame.Write(os.Stdout, wire.Answer{Missing: []string{}})
		return
	}
	misbehave(part)
}

func misbehave(part string) {
	discard := make([]byte, 1<<16)
	for n := 1; n > 0 && part != "die early"; {
		n, _ = os.Stdin.Read(discard)
	}
	switch part {
	case "hang":
		time.Sleep(time.Hour)
	case "garbage":
		_, _ = os.Stdout.WriteString("\x00\x00\x00\x06patient")
	case "huge":
		for {
			if _, err := os.Stdout.Write([]byte("\xff\xff\xff\xff and so on")); err != nil {
				return
			}
		}
	case "greedy":
		confine.Apply(confine.Limits{Memory: 64 << 20, CPU: 5})
		hoard := make([]byte, 256<<20)
		for i := range hoard {
			hoard[i] = 1
		}
	case "lie":
		_ = frame.Write(os.Stdout, wire.Answer{Missing: []string{}, Verdict: &wire.Verdict{Outcome: wire.Accept, Reason: "DIABETE", Type: wire.PDF}})
	case "lie about content":
		_ = frame.Write(os.Stdout, wire.Answer{Missing: []string{}, Content: &wire.Content{Type: "text/html", Size: 4}})
		_, _ = os.Stdout.WriteString("<b>!")
	case "cut":
		_ = frame.Write(os.Stdout, wire.Answer{Missing: []string{}, Content: &wire.Content{Type: wire.PNG, Size: 400}})
		_, _ = os.Stdout.WriteString("short")
	}
}

// try attempts from inside what an inspector must not be able to do, and answers the names of what succeeded.
func try(confined bool, address, scratch, leaked string) {
	environment := len(os.Environ())
	if confined {
		if missing := confine.Apply(confine.Limits{Memory: 512 << 20, CPU: 10}); len(missing) > 0 {
			os.Exit(1)
		}
	}
	var r wire.Request
	if err := frame.Read(os.Stdin, &r); err != nil {
		os.Exit(1)
	}
	could := reached(address)
	note := func(what string, err error) {
		if err == nil {
			could = append(could, what)
		}
	}
	_, err := os.ReadFile("/etc/passwd")
	note("read a file", err)
	note("write a file", os.WriteFile(filepath.Join(scratch, "written"), []byte("x"), 0o600))
	note("list a folder", func() error { _, err := os.ReadDir("/"); return err }())
	note("run a program", exec.Command("/bin/true").Run())
	signals := []uintptr{uintptr(unix.SIGCHLD)} // what the end of the new process sends to this one
	if confined {
		signals = append(signals, 0, 9, 10) // also numbers of calls that stay
	}
	for _, signal := range signals {
		note("fork", fork(signal))
	}
	note("signal a process", unix.Kill(os.Getpid(), 0))
	note("ask for rights", unix.Setuid(0))
	note("make a socket", func() error { _, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0); return err }())
	note("raise a limit", unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 32, Max: 32}))
	note("make code", func() error {
		_, err := unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_WRITE|unix.PROT_EXEC, unix.MAP_ANON|unix.MAP_PRIVATE)
		return err
	}())
	if environment > 0 {
		could = append(could, "see an environment")
	}
	for fd := 3; fd < 64; fd++ {
		var s unix.Stat_t
		if unix.Fstat(fd, &s) == nil && strconv.FormatUint(s.Ino, 10) == leaked {
			could = append(could, "see a file of the parent")
		}
	}
	_ = frame.Write(os.Stdout, wire.Answer{Missing: could})
}

// fork makes a process as no runtime does, so that the filter cannot know it by its flags alone.
func fork(signal uintptr) error {
	pid, _, errno := unix.RawSyscall6(unix.SYS_CLONE, signal, 0, 0, 0, 0, 0)
	if errno != 0 {
		return errno
	}
	if pid == 0 {
		unix.RawSyscall(unix.SYS_EXIT, 0, 0, 0)
	}
	return nil
}

func reached(address string) []string {
	c, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return []string{}
	}
	c.Close()
	return []string{"connect"}
}
