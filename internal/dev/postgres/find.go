package postgres

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

// oldestMajor is the first release with everything the migrations use
// (CREATE DATABASE ... STRATEGY, no CREATE on schema public for PUBLIC).
const oldestMajor = 15

// systemBinDirs is where Debian and Ubuntu put each major version.
const systemBinDirs = "/usr/lib/postgresql/*/bin"

// ErrNotFound: no folder holds a whole PostgreSQL of a usable version.
var ErrNotFound = errors.New("PostgreSQL 15 ou plus récent est introuvable : lancez « make setup », ou indiquez son dossier par PG_BIN_DIR")

// Find answers the folder of a whole PostgreSQL: prefer (the operator's word,
// may be empty), then PATH, then the system's folders, newest first.
//
// A folder counts only with initdb, postgres, pg_ctl and the share files they
// need: a lone copied "postgres" on PATH is common and starts nothing.
func Find(prefer string) (string, error) {
	if prefer != "" {
		if err := usable(prefer); err != nil {
			return "", fmt.Errorf("looking at PG_BIN_DIR: %w", err)
		}
		return prefer, nil
	}
	for _, dir := range candidates() {
		if usable(dir) == nil {
			return dir, nil
		}
	}
	return "", ErrNotFound
}

func candidates() []string {
	var dirs []string
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	system, _ := filepath.Glob(systemBinDirs) // the pattern is constant and well formed
	sort.Slice(system, func(i, j int) bool { return majorOfPath(system[i]) > majorOfPath(system[j]) })
	return append(dirs, system...)
}

func majorOfPath(binDir string) int {
	major, _ := strconv.Atoi(filepath.Base(filepath.Dir(binDir))) // 0 sorts last
	return major
}

func usable(dir string) error {
	for _, name := range []string{"initdb", "postgres", "pg_ctl"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			return fmt.Errorf("looking for %s: %w", name, err)
		}
		if info.IsDir() || info.Mode()&0o111 == 0 {
			return fmt.Errorf("%s in %s is no program", name, dir)
		}
	}
	major, err := version(dir)
	if err != nil {
		return err
	}
	if major < oldestMajor {
		return fmt.Errorf("PostgreSQL %d in %s is older than %d", major, dir, oldestMajor)
	}
	return shareFiles(dir, major)
}

func version(dir string) (int, error) {
	out, err := exec.Command(filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return 0, fmt.Errorf("asking postgres in %s for its version: %w", dir, err)
	}
	// "postgres (PostgreSQL) 15.8 (Debian 15.8-0+deb12u1)", "... 18beta1"
	_, rest, found := strings.Cut(string(out), "(PostgreSQL) ")
	digits := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if !found || digits < 1 {
		return 0, fmt.Errorf("reading the version of postgres in %s", dir)
	}
	return strconv.Atoi(rest[:digits])
}

// shareFiles looks where initdb will look: beside the binaries, or in Debian's place.
func shareFiles(dir string, major int) error {
	for _, share := range []string{
		filepath.Join(dir, "..", "share"),
		filepath.Join(dir, "..", "share", "postgresql"),
		filepath.Join("/usr/share/postgresql", strconv.Itoa(major)),
	} {
		if _, err := os.Stat(filepath.Join(share, "postgres.bki")); err == nil {
			return nil
		}
	}
	return fmt.Errorf("no share files beside postgres in %s", dir)
}
