// Package assets holds the style sheets, icons, fonts and scripts of the pages, and serves them under names that carry a digest.
//
// Two sources. css/ and js/ are ours and always there. dist/ is what build.mjs packed of the State's design system at build time;
// it is empty on a tree where npm never ran, or where the operator has not accepted that system's terms: the pages then
// take css/plain.css instead, and say the same things.
//
// Nothing here is secret and nothing depends on the reader, so a file is cached for a year: another content has another name.
package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Prefix is where both portals mount the files.
const Prefix = "/assets/"

//go:embed all:dist
var built embed.FS

//go:embed css js
var own embed.FS

// File is one asset, ready to be sent.
type File struct {
	Name string // without Prefix, with its digest
	Type string // the exact Content-Type
	Body []byte

	packed []byte // Body as it goes on the wire to whoever takes gzip; nil where that saves nothing
}

// Set is the closed list of assets of a build. It is immutable: safe for concurrent use.
type Set struct {
	files  map[string]File
	design string
	sheets map[string]string // dsfr, dark, brand of the manifest, then what is ours: plain, cloison, the icon, the scripts
}

type manifest struct {
	Design string            `json:"design"`
	Sheets map[string]string `json:"sheets"`
}

// Load reads the embedded files. An error means that the build is inconsistent: a program must not start on it.
func Load() (*Set, error) { return load(own, built) }

func load(own, built fs.FS) (*Set, error) {
	s := &Set{files: map[string]File{}, sheets: map[string]string{}}
	if err := s.addOwn(own); err != nil {
		return nil, fmt.Errorf("reading own style sheets: %w", err)
	}
	if err := s.addBuilt(built); err != nil {
		return nil, fmt.Errorf("reading packed assets: %w", err)
	}
	return s, s.pack()
}

// pack compresses each file once. All of them are public and the same for everybody: nothing secret is compressed beside what somebody chooses.
func (s *Set) pack() error {
	for name, file := range s.files {
		var out bytes.Buffer
		w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
		if err == nil {
			_, err = w.Write(file.Body)
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			return fmt.Errorf("packing %s: %w", name, err)
		}
		if out.Len() < len(file.Body) {
			file.packed = out.Bytes()
			s.files[name] = file
		}
	}
	return nil
}

func (s *Set) addOwn(own fs.FS) error {
	for _, file := range []string{"css/plain.css", "css/cloison.css", "css/cloison.svg", "js/draft.js", "js/passkey.js", "js/lecture.mjs"} {
		body, err := fs.ReadFile(own, file)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		name, ext := path.Base(file), path.Ext(file)
		base := strings.TrimSuffix(name, ext)
		named := base + "-" + hex.EncodeToString(sum[:8]) + ext
		s.sheets[name] = named
		s.files[named] = File{Name: named, Type: types[ext], Body: body}
	}
	return nil
}

func (s *Set) addBuilt(built fs.FS) error {
	text, err := fs.ReadFile(built, "dist/manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil // npm never ran, or the terms are not accepted
	}
	if err != nil {
		return err
	}
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return fmt.Errorf("decoding manifest.json: %w", err)
	}
	if err := s.addFiles(built); err != nil {
		return err
	}
	for _, sheet := range []string{"dsfr", "dark", "brand"} {
		if _, ok := s.files[m.Sheets[sheet]]; !ok {
			return fmt.Errorf("manifest.json names a sheet %q that is not in dist", sheet)
		}
		s.sheets[sheet] = m.Sheets[sheet]
	}
	s.design = m.Design
	return nil
}

// addFiles takes the files whose type is known: the licence text and the manifest are not served.
func (s *Set) addFiles(built fs.FS) error {
	entries, err := fs.ReadDir(built, "dist")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		kind, ok := types[path.Ext(entry.Name())]
		if !ok {
			continue
		}
		body, err := fs.ReadFile(built, "dist/"+entry.Name())
		if err != nil {
			return err
		}
		s.files[entry.Name()] = File{Name: entry.Name(), Type: kind, Body: body}
	}
	return nil
}

var types = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".mjs":   "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".woff2": "font/woff2",
}

// Find gives a file by its name without Prefix.
func (s *Set) Find(name string) (File, bool) {
	f, ok := s.files[name]
	return f, ok
}

// Design names the design system that was packed ("DSFR 1.15.3"), or "" where the plain style stands in.
func (s *Set) Design() string { return s.design }

// StateBrand is the operator's word for a site of the State: only then are the Marianne font and the emblem asked for.
const StateBrand = "state"

// Stylesheets gives the addresses a page links, in order.
func (s *Set) Stylesheets(brand string) []string {
	names := []string{s.sheets["plain.css"]}
	if s.design != "" {
		names = []string{s.sheets["dsfr"], s.sheets["dark"]}
		if brand == StateBrand {
			names = append(names, s.sheets["brand"])
		}
	}
	names = append(names, s.sheets["cloison.css"])
	for i, name := range names {
		names[i] = Prefix + name
	}
	return names
}

// Icon gives the address of the product's own mark.
func (s *Set) Icon() string { return Prefix + s.sheets["cloison.svg"] }

// Script gives the address of one of our scripts. No page needs one to do its work but those that ask an authenticator, which only a script can.
func (s *Set) Script(name string) string { return Prefix + s.sheets[name] }
