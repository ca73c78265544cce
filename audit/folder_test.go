package audit_test

import (
	"context"
	"io/fs"
	"maps"
)

// folder is an exported log in memory.
type folder map[string][]byte

func (f folder) put(path string, content []byte) error {
	f[path] = content
	return nil
}

func (f folder) fetch(_ context.Context, path string) ([]byte, error) {
	content, ok := f[path]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return content, nil
}

func (f folder) with(path string, content []byte) folder {
	changed := maps.Clone(f)
	changed[path] = content
	return changed
}
