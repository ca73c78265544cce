package canary

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Image says what of a process was looked at.
type Image struct {
	Regions int
	Bytes   int64
	Unread  []string // mappings that the kernel does not give, by name
}

// Process searches the memory image of a running process, its environment and its command line. The process stands still meanwhile. It needs
// root, or to be the process's parent; where that is refused it is an error, for a memory that was not read is not clean.
func (s *Searcher) Process(name string, pid int) (hits []Hit, image Image, err error) {
	proc := "/proc/" + strconv.Itoa(pid)
	memory, err := os.Open(proc + "/mem")
	if err != nil {
		return nil, image, fmt.Errorf("opening the memory of %s (root, or its parent, may): %w", name, err)
	}
	defer memory.Close()
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		return nil, image, fmt.Errorf("holding %s still: %w", name, err)
	}
	defer func() { err = errors.Join(err, syscall.Kill(pid, syscall.SIGCONT)) }()
	for _, file := range []string{"environ", "cmdline"} {
		found, _, err := s.file(name+" "+file, proc+"/"+file)
		if hits = append(hits, found...); err != nil {
			return hits, image, fmt.Errorf("reading the %s of %s: %w", file, name, err)
		}
	}
	regions, err := mappings(proc)
	if err != nil {
		return hits, image, fmt.Errorf("listing the memory of %s: %w", name, err)
	}
	for _, r := range regions {
		found, n, err := s.Search(fmt.Sprintf("memory of %s, %s", name, r.name), io.NewSectionReader(memory, r.from, r.to-r.from))
		hits, image.Regions, image.Bytes = append(hits, found...), image.Regions+1, image.Bytes+n
		switch {
		case errors.Is(err, ErrIncomplete):
			return hits, image, err
		case err != nil || n != r.to-r.from:
			image.Unread = append(image.Unread, r.name)
		}
	}
	return hits, image, nil
}

type region struct {
	from, to int64
	name     string
}

// kernelOwn are mappings that belong to the kernel and hold no byte of the program's.
var kernelOwn = map[string]bool{"[vvar]": true, "[vvar_vclock]": true, "[vsyscall]": true}

// mappings lists what the process can read: the rest holds nothing, for it could not have read it back.
func mappings(proc string) ([]region, error) {
	f, err := os.Open(proc + "/maps")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []region
	for lines := bufio.NewScanner(f); ; {
		if !lines.Scan() {
			return all, lines.Err()
		}
		fields := strings.Fields(lines.Text()) // from-to perms offset device inode [name]
		if len(fields) < 5 || !strings.HasPrefix(fields[1], "r") {
			continue
		}
		from, to, _ := strings.Cut(fields[0], "-")
		r := region{name: "anonymous " + fields[0]}
		if len(fields) > 5 {
			r.name = strings.Join(fields[5:], " ")
		}
		var fromErr, toErr error
		r.from, fromErr = strconv.ParseInt(from, 16, 64)
		r.to, toErr = strconv.ParseInt(to, 16, 64)
		if kernelOwn[r.name] {
			continue
		}
		if fromErr != nil || toErr != nil {
			return nil, fmt.Errorf("reading the mapping %s", fields[0])
		}
		all = append(all, r)
	}
}
