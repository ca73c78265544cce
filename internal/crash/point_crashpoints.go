//go:build crashpoints

package crash

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

// Files of the folder. "wanted" is written by the test, at any time: the names of the points to die at, or "*" for every one. "passed" and
// "struck" are written here, one name per line; a name in "struck" is not died at again.
const (
	wantedFile = "wanted"
	passedFile = "passed"
	struckFile = "struck"
)

// killer is what a program that may be killed knows. Several programs share the folder: its files are read anew each time.
type killer struct {
	dir    string
	mu     sync.Mutex
	passed map[string]bool // by this process, and written down
}

var armed *killer

// Arm makes Point deadly, as the folder says. It is called once, before anything is served. No folder: nothing happens.
func Arm(dir string) error {
	if dir == "" {
		return nil
	}
	if _, err := names(filepath.Join(dir, wantedFile)); err != nil {
		return fmt.Errorf("reading the wanted points: %w", err)
	}
	armed = &killer{dir: dir, passed: map[string]bool{}}
	return nil
}

// Point kills this process with SIGKILL the first time that a wanted point is passed by any program that shares the folder.
func Point(name string) {
	k := armed
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.passed[name] {
		k.passed[name] = true
		must(note(filepath.Join(k.dir, passedFile), name))
	}
	if !k.asks(name) {
		return
	}
	must(note(filepath.Join(k.dir, struckFile), name))
	must(syscall.Kill(os.Getpid(), syscall.SIGKILL))
	select {} // the signal is on its way: nothing more is done
}

func (k *killer) asks(name string) bool {
	wanted, err := names(filepath.Join(k.dir, wantedFile))
	must(err)
	if !wanted["*"] && !wanted[name] {
		return false
	}
	struck, err := names(filepath.Join(k.dir, struckFile))
	must(err)
	return !struck[name]
}

// note appends one line in one write, which O_APPEND keeps whole among several programs.
func note(path, name string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(name + "\n")
	return errors.Join(err, f.Close())
}

func names(path string) (map[string]bool, error) {
	list := map[string]bool{}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return list, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		list[strings.TrimSpace(lines.Text())] = true
	}
	return list, lines.Err()
}

// must ends a test build that can't keep its own books: its figures would be wrong.
func must(err error) {
	if err != nil {
		panic(fmt.Sprintf("crash points: %v", err))
	}
}
