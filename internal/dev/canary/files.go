package canary

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Searched says how much was looked at: nothing found in nothing proves nothing.
type Searched struct {
	Files int
	Bytes int64
}

// Files searches every regular file under root, each named by its path from root. Names of files and folders are searched too. A file that
// is gone when its turn comes is no error: a running PostgreSQL removes some.
func (s *Searcher) Files(root string) (hits []Hit, done Searched, err error) {
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		found, _, err := s.Search("name of "+name, strings.NewReader(name))
		hits = append(hits, found...)
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		found, n, err := s.file(name, path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		hits, done.Files, done.Bytes = append(hits, found...), done.Files+1, done.Bytes+n
		return err
	})
	if err != nil {
		err = fmt.Errorf("searching files: %w", err)
	}
	return hits, done, err
}

func (s *Searcher) file(name, path string) ([]Hit, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	return s.Search(name, f)
}
