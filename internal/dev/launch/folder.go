package launch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// folder is DIR: where everything of one environment stands. Only its owner
// reads it.
type folder string

func (f folder) at(parts ...string) string {
	return filepath.Join(append([]string{string(f)}, parts...)...)
}

func (f folder) key(name string) string { return f.at("keys", name) }
func (f folder) run(name string) string { return f.at("run", name) }

// open makes the folder and takes its lock, released when the process ends.
func openFolder(dir string) (folder, *os.File, error) {
	path, err := filepath.Abs(dir)
	if err != nil {
		return "", nil, fmt.Errorf("finding the data folder: %w", err)
	}
	f := folder(path)
	for _, d := range []string{path, f.at("store"), f.at("keys"), f.at("config"), f.at("log"), f.at("run"), f.at("state")} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return "", nil, fmt.Errorf("making the data folder: %w", err)
		}
	}
	lock, err := os.OpenFile(f.run("lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", nil, fmt.Errorf("locking the data folder: %w", err)
	}
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		lock.Close()
		return "", nil, fmt.Errorf("le dossier %s sert déjà à un autre environnement en marche : arrêtez-le, ou donnez un autre --data", path)
	}
	return f, lock, f.forget()
}

// forget removes what an earlier run left in run/: nothing there is true before
// this run says so.
func (f folder) forget() error {
	names := []string{"ready"}
	for _, name := range []string{"postgres", "keyholder", "medical", "server"} {
		names = append(names, name+".pid")
	}
	for _, name := range names {
		if err := os.Remove(f.run(name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("clearing run: %w", err)
		}
	}
	return nil
}

// log opens a log to append to.
func (f folder) log(name string) (*os.File, error) {
	file, err := os.OpenFile(f.at("log", name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the log of %s: %w", name, err)
	}
	return file, nil
}

// write puts a file in place whole.
func write(path string, content []byte, mode os.FileMode) error {
	temporary := path + ".new"
	if err := os.WriteFile(temporary, content, mode); err != nil {
		return fmt.Errorf("writing %s: %w", filepath.Base(path), err)
	}
	if err := os.Rename(temporary, path); err != nil {
		return fmt.Errorf("writing %s: %w", filepath.Base(path), err)
	}
	return nil
}

func (f folder) pidFile(program string) string { return f.run(program + ".pid") }
