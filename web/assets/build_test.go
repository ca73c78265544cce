package assets

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// fakeDesign writes a package of the same shape as the design system's, with rules of our own: the build is tested
// without fetching anything, and without accepting anyone's terms.
func fakeDesign(t *testing.T, accepts bool) string {
	t.Helper()
	root := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	build, err := os.ReadFile("build.mjs")
	if err != nil {
		t.Fatal(err)
	}
	write("build.mjs", string(build))
	check := "module.exports = {checkLicense: () => true}"
	if !accepts {
		check = "module.exports = {checkLicense: () => { throw new Error('[NO_YML] not accepted') }}"
	}
	dsfr := "node_modules/@gouvfr/dsfr/"
	write(dsfr+"package.json", `{"version": "9.9.9"}`)
	write(dsfr+"LICENSE.md", "terms")
	write(dsfr+"scripts/preinstall.js", check)
	for _, name := range []string{"link", "button", "badge", "tag", "alert", "callout", "form", "input", "logo", "skiplink", "header", "navigation", "footer"} {
		write(dsfr+"dist/component/"+name+"/"+name+".main.min.css", ".fr-"+name+"{color:red}")
	}
	write(dsfr+"dist/core/core.main.min.css", `@font-face{font-family:Marianne;src:url(../fonts/M.woff2) format("woff2"),url(../fonts/M.woff) format("woff")}`+
		`:root{--a:"}"}:root[data-fr-theme=dark]{--a:1}@media (min-width:1em){.x{background:url(../icons/system/check-line.svg)}}`+
		`.y{background:url("data:image/svg+xml;charset=utf-8,%3Csvg id='i'/%3E")}.fr-logo:after{color:blue}`)
	write(dsfr+"dist/fonts/M.woff2", "font")
	for _, icon := range []string{"arrows/arrow-left-line", "arrows/arrow-right-line", "system/check-line", "system/lock-line"} {
		write(dsfr+"dist/icons/"+icon+".svg", "<svg id='"+icon+"'/>")
	}
	return root
}

func runBuild(t *testing.T, root string) string {
	t.Helper()
	out, err := exec.Command("node", filepath.Join(root, "build.mjs")).CombinedOutput()
	if err != nil {
		t.Fatalf("build.mjs: %v\n%s", err, out)
	}
	return string(out)
}

func TestBuildPacksTheDesign(t *testing.T) {
	root := fakeDesign(t, true)
	runBuild(t, root)
	set, err := load(own, os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	if set.Design() != "DSFR 9.9.9" {
		t.Errorf("design %q", set.Design())
	}
	sheet := func(name string) string { f, _ := set.Find(set.sheets[name]); return string(f.Body) }
	dsfr, dark, brand := sheet("dsfr"), sheet("dark"), sheet("brand")
	for _, want := range []string{`:root{--a:"}"}`, ":root[data-fr-theme=dark]{--a:1}", "@media (min-width:1em){.x{background:url(check-line-", ".y{background:url(inline-", ".fr-button{", ".fr-icon-lock-line:before"} {
		if !strings.Contains(dsfr, want) {
			t.Errorf("the sheet lacks %q: %s", want, dsfr)
		}
	}
	for _, not := range []string{"font-face", "fr-logo", "data:image", "../"} {
		if strings.Contains(dsfr, not) {
			t.Errorf("the sheet of a demonstration holds %q", not)
		}
	}
	if dark != "@media (prefers-color-scheme:dark){:root[data-fr-scheme=system]{--a:1}}" {
		t.Errorf("dark: %s", dark)
	}
	if !strings.Contains(brand, "@font-face{font-family:Marianne;src:url(M-") || strings.Contains(brand, "M.woff)") || !strings.Contains(brand, ".fr-logo:after") {
		t.Errorf("brand: %s", brand)
	}
	everyAddressIsServed(t, set)
}

// everyAddressIsServed: a sheet names only files of the set, so that a page needs nothing from elsewhere.
func everyAddressIsServed(t *testing.T, set *Set) {
	t.Helper()
	for name, file := range set.files {
		for _, part := range strings.Split(string(file.Body), "url(")[1:] {
			address, _, _ := strings.Cut(part, ")")
			if _, ok := set.Find(address); !ok && address != "" {
				t.Errorf("%s names %q, which is not served", name, address)
			}
		}
	}
}

// TestBuildAsksForTheTerms: files that lie there without acceptance are not packed.
func TestBuildAsksForTheTerms(t *testing.T) {
	root := fakeDesign(t, false)
	if said := runBuild(t, root); !strings.Contains(said, "not accepted") {
		t.Errorf("the build does not say why: %s", said)
	}
	if _, err := os.Stat(filepath.Join(root, "dist", "manifest.json")); err == nil {
		t.Error("the design was packed although its terms are not accepted")
	}
}

func TestBuildIsReproducible(t *testing.T) {
	root := fakeDesign(t, true)
	names := func() string {
		runBuild(t, root)
		entries, err := os.ReadDir(filepath.Join(root, "dist"))
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, e := range entries {
			all = append(all, e.Name())
		}
		return strings.Join(all, " ")
	}
	if a, b := names(), names(); a != b {
		t.Errorf("two builds differ: %s / %s", a, b)
	}
}

func TestWithoutTheDesign(t *testing.T) {
	set, err := load(own, fstest.MapFS{"dist/.keep": {}})
	if err != nil {
		t.Fatal(err)
	}
	if set.Design() != "" {
		t.Errorf("design %q", set.Design())
	}
	sheets := set.Stylesheets(StateBrand)
	if len(sheets) != 2 || !strings.HasPrefix(sheets[0], "/assets/plain-") || !strings.HasPrefix(sheets[1], "/assets/cloison-") {
		t.Errorf("sheets %v", sheets)
	}
	everyAddressIsServed(t, set)
}

func TestBrandSheetIsOnlyForTheState(t *testing.T) {
	root := fakeDesign(t, true)
	runBuild(t, root)
	set, err := load(own, os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	for brand, want := range map[string]bool{"demonstration": false, "": false, "STATE": false, StateBrand: true} {
		if got := strings.Contains(strings.Join(set.Stylesheets(brand), " "), "/brand-"); got != want {
			t.Errorf("brand %q: emblem and font %v", brand, got)
		}
	}
}

func TestLoadRefusesAHalfBuild(t *testing.T) {
	text, _ := json.Marshal(manifest{Design: "DSFR", Sheets: map[string]string{"dsfr": "dsfr-1.css"}})
	if _, err := load(own, fstest.MapFS{"dist/manifest.json": {Data: text}}); err == nil {
		t.Error("a manifest that names absent sheets is accepted")
	}
	if _, err := load(own, fstest.MapFS{"dist/manifest.json": {Data: []byte("{")}}); err == nil {
		t.Error("a broken manifest is accepted")
	}
}

// TestOwnSheetUsesVariablesOnly: a colour written out would not follow the dark theme. The legal form alone does not: it is ink on paper,
// as it will be printed.
func TestOwnSheetUsesVariablesOnly(t *testing.T) {
	text, err := fs.ReadFile(own, "css/cloison.css")
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(line, ".cl-paper") || strings.HasPrefix(line, ".cl-tick") {
			line = strings.NewReplacer("#fff", "", "#161616", "", "#929292", "").Replace(line)
		}
		for _, word := range []string{"#", "rgb(", "rgba(", "hsl(", "url(", "@import"} {
			if strings.Contains(line, word) {
				t.Errorf("line %d holds %q", i+1, word)
			}
		}
	}
}

// TestPlainStyleNamesEveryVariable: what cloison.css asks for, plain.css gives, light and dark.
func TestPlainStyleNamesEveryVariable(t *testing.T) {
	ours, _ := fs.ReadFile(own, "css/cloison.css")
	plain, _ := fs.ReadFile(own, "css/plain.css")
	for _, part := range strings.Split(string(ours), "var(")[1:] {
		name, _, _ := strings.Cut(part, ")")
		if n := strings.Count(string(plain), name+":"); n != 3 {
			t.Errorf("%s is given %d times by plain.css, want 3 (light, dark by system, dark by choice)", name, n)
		}
	}
}
