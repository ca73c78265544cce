package cloison_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// module is the name of the product's module; a package is spoken of by its path below it ("medical/desk").
const module = "cloison"

// tree is the source as the rules see it: every file of every package, and who imports whom under each set of build tags.
// A rule is a function of a tree, so that it runs on the real one and on a doctored one alike.
type tree struct {
	files []*file
	// graph[tags][package] lists its imports, tests left out. Own packages are written without the module's name.
	graph map[string]map[string][]string
	own   map[string]bool // what is imported from this module
}

// file is one Go or SQL file.
type file struct {
	path, pkg string
	test      bool
	tags      constraint.Expr   // nil: always built
	imports   map[string]string // import path, own ones shortened -> local name
	own       []string          // those of this module
	syntax    *ast.File         // nil for SQL
	sql       string            // text of a .sql file, comments left out
	set       *token.FileSet
}

// tagSets are the builds that exist: the packages, the tool, the test clock.
var tagSets = []string{"", "dev", "testclock"}

// only says that f is built under no set but those with a tag of names.
func (f *file) only(names ...string) bool {
	if f.tags == nil {
		return false
	}
	built := func(tags string) bool {
		return f.tags.Eval(func(tag string) bool { return tag == tags || !slices.Contains(tagSets, tag) })
	}
	for _, tags := range tagSets {
		if built(tags) && !slices.Contains(names, tags) {
			return false
		}
	}
	return true
}

// never says that f belongs to no build at all.
func (f *file) never() bool {
	return f.tags != nil && !f.tags.Eval(func(tag string) bool { return tag != "never" && tag != "ignore" })
}

func (f *file) at(pos token.Pos) string {
	return fmt.Sprintf("%s:%d", f.path, f.set.Position(pos).Line)
}

// closure gives what start reaches, in own and foreign packages, each with one path that leads there.
func (t *tree) closure(tags, start string) map[string]string {
	reached := map[string]string{}
	var walk func(pkg, by string)
	walk = func(pkg, by string) {
		if _, done := reached[pkg]; done {
			return
		}
		reached[pkg] = by
		for _, next := range t.graph[tags][pkg] {
			walk(next, by+" > "+next)
		}
	}
	walk(start, start)
	delete(reached, start)
	return reached
}

func (t *tree) has(pkg string) bool {
	return slices.ContainsFunc(t.files, func(f *file) bool { return f.pkg == pkg && f.syntax != nil })
}

// packages lists own packages that have a file outside tests.
func (t *tree) packages() []string {
	var all []string
	for _, f := range t.files {
		if f.syntax != nil && !f.test && !slices.Contains(all, f.pkg) {
			all = append(all, f.pkg)
		}
	}
	return all
}

// under says that pkg is root or lies below it.
func under(pkg, root string) bool { return pkg == root || strings.HasPrefix(pkg, root+"/") }

func underAny(pkg string, roots ...string) bool {
	return slices.ContainsFunc(roots, func(root string) bool { return under(pkg, root) })
}

func shorten(importPath string) string {
	if importPath == module {
		return "."
	}
	return strings.TrimPrefix(importPath, module+"/")
}

// standard says that an import comes with Go.
func (t *tree) standard(pkg string) bool {
	first, _, _ := strings.Cut(pkg, "/")
	return !t.own[pkg] && !strings.Contains(first, ".")
}

func parseGo(name string, text []byte) (*file, error) {
	set := token.NewFileSet()
	syntax, err := parser.ParseFile(set, name, text, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	f := &file{path: name, pkg: path.Dir(name), test: strings.HasSuffix(name, "_test.go"), syntax: syntax, set: set, imports: map[string]string{}}
	for _, spec := range syntax.Imports {
		where, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		local := path.Base(where)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		f.imports[shorten(where)] = local
		if shorten(where) != where {
			f.own = append(f.own, shorten(where))
		}
	}
	for _, group := range syntax.Comments {
		for _, line := range group.List {
			if group.Pos() < syntax.Package && constraint.IsGoBuild(line.Text) {
				if f.tags, err = constraint.Parse(line.Text); err != nil {
					return nil, err
				}
			}
		}
	}
	return f, nil
}

func parseSQL(name string, text []byte) *file {
	var kept []string
	for _, line := range strings.Split(string(text), "\n") {
		code, _, _ := strings.Cut(line, "--")
		kept = append(kept, code)
	}
	return &file{path: name, pkg: path.Dir(name), sql: strings.Join(kept, "\n")}
}

// repository is the real tree, read once.
var repository = sync.OnceValues(realTree)

// realTree reads the repository: files from the disk, the graph from the go command.
func realTree() (*tree, error) {
	t := &tree{graph: map[string]map[string][]string{}, own: map[string]bool{}}
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return skipDir(name)
		}
		return t.add(filepath.ToSlash(name))
	})
	if err != nil {
		return nil, fmt.Errorf("reading the sources: %w", err)
	}
	for _, tags := range tagSets {
		if t.graph[tags], err = listed(tags); err != nil {
			return nil, fmt.Errorf("listing packages under tags %q: %w", tags, err)
		}
	}
	return t, nil
}

// skipDir leaves out what is not the product's source: other modules, what is fetched or built, test data.
func skipDir(name string) error {
	base := filepath.Base(name)
	if name != "." && (strings.HasPrefix(base, ".") || slices.Contains([]string{"node_modules", "testdata", "bin", "dist"}, base)) {
		return fs.SkipDir
	}
	if name != "." {
		if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil {
			return fs.SkipDir
		}
	}
	return nil
}

func (t *tree) add(name string) error {
	ext := path.Ext(name)
	if ext != ".go" && ext != ".sql" {
		return nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if ext == ".sql" {
		t.files = append(t.files, parseSQL(name, text))
		return nil
	}
	f, err := parseGo(name, text)
	if err != nil {
		return err
	}
	if !f.never() {
		t.take(f)
	}
	return nil
}

func (t *tree) take(f *file) {
	t.files = append(t.files, f)
	for _, pkg := range f.own {
		t.own[pkg] = true
	}
}

func listed(tags string) (map[string][]string, error) {
	cmd := exec.Command("go", "list", "-e", "-deps", "-tags", tags, "-json=ImportPath,Imports", "./...")
	var told bytes.Buffer
	cmd.Stderr = &told
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, told.String())
	}
	graph := map[string][]string{}
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return graph, nil
		} else if err != nil {
			return nil, fmt.Errorf("decoding the list: %w", err)
		}
		for _, i := range p.Imports {
			graph[shorten(p.ImportPath)] = append(graph[shorten(p.ImportPath)], shorten(i))
		}
	}
}

// doctored builds a tree from texts by file name. Imports of foreign packages lead nowhere further.
func doctored(sources map[string]string) (*tree, error) {
	t := &tree{graph: map[string]map[string][]string{}, own: map[string]bool{}}
	for _, tags := range tagSets {
		t.graph[tags] = map[string][]string{}
	}
	for name, text := range sources {
		if strings.HasSuffix(name, ".sql") {
			t.files = append(t.files, parseSQL(name, []byte(text)))
			continue
		}
		f, err := parseGo(name, []byte(text))
		if err != nil {
			return nil, err
		}
		t.take(f)
		for _, tags := range tagSets {
			if f.test || f.tags != nil && !f.tags.Eval(func(tag string) bool { return tag == tags }) {
				continue
			}
			for i := range f.imports {
				t.graph[tags][f.pkg] = append(t.graph[tags][f.pkg], i)
			}
		}
	}
	slices.SortFunc(t.files, func(a, b *file) int { return strings.Compare(a.path, b.path) })
	return t, nil
}
