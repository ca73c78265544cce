package postgres

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// account is who runs the postgres processes. PostgreSQL refuses root, so root
// hands the work to somebody else; anyone else works as himself.
type account struct {
	uid, gid int
	drop     bool // the caller is root
	caps     []uintptr
}

// unprivileged are the users root may drop to, best first.
var unprivileged = []string{"postgres", "nobody"}

// chooseAccount picks who runs the cluster in pgDir. An existing folder keeps
// its owner, so that root can start on a copy of another user's folder.
func chooseAccount(pgDir string) (account, error) {
	if os.Geteuid() != 0 {
		return account{uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	if info, err := os.Stat(pgDir); err == nil {
		if st, ok := info.Sys().(*syscall.Stat_t); ok && st.Uid != 0 {
			return account{uid: int(st.Uid), gid: int(st.Gid), drop: true}, nil
		}
	}
	for _, name := range unprivileged {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(u.Uid)
		gid, gidErr := strconv.Atoi(u.Gid)
		if uidErr == nil && gidErr == nil && uid != 0 {
			return account{uid: uid, gid: gid, drop: true}, nil
		}
	}
	return account{}, errors.New("aucun utilisateur sans privilège (postgres, nobody) pour lancer PostgreSQL")
}

// process answers what exec needs to become this account.
func (a account) process() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{}
	if a.drop {
		attr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
		attr.AmbientCaps = a.caps
	}
	return attr
}

// give makes path and what is in it belong to the account.
func (a account) give(path string) error {
	if !a.drop {
		return nil
	}
	return filepath.WalkDir(path, func(p string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(p, a.uid, a.gid)
	})
}

// reach makes sure that the account can walk down to dir.
//
// Root's own folders (/root, a fresh mktemp -d) are closed to everybody else,
// and it is not for a development tool to open them: the postgres processes
// get the one capability that lets them walk through, nothing on disk changes.
// Test: TestRootDropsAndReachesClosedParents.
func (a account) reach(dir string) (account, error) {
	if !a.drop {
		return a, nil
	}
	closed := ""
	for p := dir; ; p = filepath.Dir(p) {
		info, err := os.Stat(p)
		if err != nil {
			return a, fmt.Errorf("looking at %s: %w", p, err)
		}
		if !a.mayWalk(info) {
			closed = p
		}
		if p == filepath.Dir(p) {
			break
		}
	}
	if closed == "" {
		return a, nil
	}
	for _, c := range []uintptr{unix.CAP_DAC_READ_SEARCH, unix.CAP_DAC_OVERRIDE} {
		if held, err := unix.PrctlRetInt(unix.PR_CAPBSET_READ, c, 0, 0, 0); err == nil && held == 1 {
			a.caps = []uintptr{c}
			return a, nil
		}
	}
	return a, fmt.Errorf("le dossier %s est fermé à l'utilisateur qui doit lancer PostgreSQL : choisissez un autre dossier par --data", closed)
}

func (a account) mayWalk(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return false
	}
	switch {
	case int(st.Uid) == a.uid:
		return info.Mode()&0o100 != 0
	case int(st.Gid) == a.gid:
		return info.Mode()&0o010 != 0
	}
	return info.Mode()&0o001 != 0
}
