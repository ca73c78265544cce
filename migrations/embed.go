// Package migrations makes the databases what the programs expect: the cluster's roles, the tables, and the verbs that each program's
// role has on each of them. It runs as the owner, which no program ever is. It protects one zone from the other (CONNECT) and the
// record from its writers (append-only tables): grants.golden lists every right, and a test compares it with PostgreSQL's catalogue.
package migrations

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

//go:embed all:audit all:identity all:jobs all:medical all:server roles.sql mission.sql portal.sql
var files embed.FS

// zones says which folders make the database of a zone, in order, and which role its program has.
var zones = map[string]zone{
	"medical": {folders: []string{"audit", "identity", "medical"}, app: "cloison_medical"},
	"server":  {folders: []string{"audit", "identity", "server"}, app: "cloison_server"},
}

type zone struct {
	folders []string
	app     string
}

func zoneNamed(name string) (zone, error) {
	z, ok := zones[name]
	if !ok {
		return zone{}, fmt.Errorf("zone %q: want medical or server", name)
	}
	return z, nil
}

// Hash is the SHA-256 of everything this package would run, in both zones.
func Hash() string { return hashOf(".") }

// Digest is the SHA-256 of what makes the database of one zone: the key of its template.
func Digest(zone string) (string, error) {
	z, err := zoneNamed(zone)
	if err != nil {
		return "", err
	}
	return hashOf(append([]string{"roles.sql", "jobs"}, z.folders...)...), nil
}

func hashOf(roots ...string) string {
	sum := sha256.New()
	io.WriteString(sum, secureDatabase)
	fmt.Fprintf(sum, "river %d\n", jobsVersion)
	for _, root := range roots {
		err := fs.WalkDir(files, root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".sql") {
				return err
			}
			text, err := files.ReadFile(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(sum, "%s %d\n", path, len(text))
			sum.Write(text)
			return nil
		})
		if err != nil {
			panic(fmt.Sprintf("embedded files always read: %v", err))
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// templated is a folder of migrations in which a placeholder reads as the role that is granted to.
type templated struct {
	fs.FS
	placeholder, role string
}

const appPlaceholder = "{{app}}"

func (t templated) Open(name string) (fs.File, error) {
	file, err := t.FS.Open(name)
	if err != nil || !strings.HasSuffix(name, ".sql") {
		return file, err
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	text = bytes.ReplaceAll(text, []byte(t.placeholder), []byte(t.role))
	return &memoryFile{Reader: bytes.NewReader(text), info: sized{info, int64(len(text))}}, nil
}

type memoryFile struct {
	*bytes.Reader
	info fs.FileInfo
}

func (f *memoryFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *memoryFile) Close() error               { return nil }

type sized struct {
	fs.FileInfo
	size int64
}

func (s sized) Size() int64 { return s.size }
