package layout

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"cloison/web/assets"
)

// pageOf gives the page of a story: "inbox-empty" is a story of "inbox".
func pageOf(story string) string { name, _, _ := strings.Cut(story, "-"); return name }

func render(t *testing.T, story string, view any) string {
	t.Helper()
	var out bytes.Buffer
	if err := Render(&out, pageOf(story), view); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestStorybook writes every page to a folder: CLOISON_STORYBOOK names one to keep.
func TestStorybook(t *testing.T) {
	dir := os.Getenv("CLOISON_STORYBOOK")
	if dir == "" {
		dir = t.TempDir()
	}
	told := map[string]bool{}
	for story, view := range stories(t) {
		html := render(t, story, view)
		told[pageOf(story)] = true
		if err := os.WriteFile(filepath.Join(dir, story+".html"), []byte(html), 0o644); err != nil {
			t.Fatal(err)
		}
		if strings.Count(html, "<h1") != 1 || strings.Count(html, "<main") != 1 || !strings.HasSuffix(strings.TrimSpace(html), "</html>") {
			t.Errorf("%s: a page has one h1, one main and an end", story)
		}
	}
	for _, name := range Names() {
		if !told[name] {
			t.Errorf("page %s has no story", name)
		}
	}
}

// inert finds what a strict Content-Security-Policy would stop, and what would leave the site.
var inert = map[string]*regexp.Regexp{
	"a script":           regexp.MustCompile(`(?i)<script|javascript:`),
	"an inline style":    regexp.MustCompile(`(?i)<style|\sstyle\s*=`),
	"an event attribute": regexp.MustCompile(`(?i)<[^>]*\son[a-z]+\s*=`),
	"another site":       regexp.MustCompile(`(?i)(src|href|action)="(https?:)?//`),
	"a frame or object":  regexp.MustCompile(`(?i)<(iframe|object|embed|base)\b`),
}

// theScript is the one that one page holds, by its address and its digest; the policy of content lets none stand in a page. theKeyScript is that
// of the pages that ask an authenticator.
var (
	theScript    = regexp.MustCompile(`<script type="module" src="/assets/lecture-[0-9a-f]{16}\.mjs"></script>`)
	theKeyScript = regexp.MustCompile(`<script src="/assets/passkey-[0-9a-f]{16}\.js" defer></script>`)
)

func TestPagesAreInert(t *testing.T) {
	for story, view := range stories(t) {
		html := render(t, story, view)
		if reading, ok := view.(ReadingView); ok && reading.Viewer != "" {
			html = theScript.ReplaceAllString(html, "")
		}
		switch view.(type) {
		case PasskeyView, PasskeysView:
			html = theKeyScript.ReplaceAllString(html, "")
		}
		// One page leads to another site, by its one link: that of whoever is on his way to sign out there.
		if login, ok := view.(LoginView); ok && login.Leaving != nil {
			html = strings.Replace(html, `href="`+login.Leaving.Href+`"`, "", 1)
		}
		for what, found := range inert {
			if hit := found.FindString(html); hit != "" {
				t.Errorf("%s holds %s: %q", story, what, hit)
			}
		}
	}
}

func TestInertPatternsCanFail(t *testing.T) {
	for what, bad := range map[string]string{
		"a script":           `<p><SCRIPT src="x"></script>`,
		"an inline style":    `<p style="color:red">`,
		"an event attribute": `<a href="/" onclick="x()">`,
		"another site":       `<img src="//example.org/x">`,
		"a frame or object":  `<iframe src="/x">`,
	} {
		if !inert[what].MatchString(bad) {
			t.Errorf("%s is not found in %s", what, bad)
		}
	}
}

// Whoever is signed in can sign out from where he is.
func TestEveryPageOfSomebodyLetsHimSignOut(t *testing.T) {
	signedIn := 0
	for story, view := range stories(t) {
		shell, ok := reflect.ValueOf(view).FieldByName("Shell").Interface().(Shell)
		if !ok {
			t.Fatalf("%s has no shell", story)
		}
		if shell.Person == nil || shell.Framed {
			continue
		}
		signedIn++
		if html := render(t, story, view); !strings.Contains(html, `<form method="post" action="/logout">`) {
			t.Errorf("%s: no way out", story)
		}
	}
	if signedIn < 20 {
		t.Errorf("%d pages of somebody who is signed in", signedIn)
	}
}

// TestEveryStringIsEscaped fills every string of every view with markup, and looks for it in the page.
func TestEveryStringIsEscaped(t *testing.T) {
	const hostile = `javascript:1"'><b id=x>&`
	for story, view := range stories(t) {
		v := reflect.New(reflect.TypeOf(view)).Elem()
		v.Set(reflect.ValueOf(view))
		poison(v, hostile)
		html := render(t, story, v.Interface())
		for _, bad := range []string{"<b id", `href="javascript:`, `action="javascript:`, `'><`} {
			if strings.Contains(html, bad) {
				t.Errorf("%s lets %q through", story, bad)
			}
		}
	}
}

// poison sets every exported string it reaches; it copies slices and pointers, which stories share.
func poison(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() {
			v.SetString(text)
		}
	case reflect.Struct:
		if _, ok := v.Interface().(time.Time); ok {
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				poison(v.Field(i), text)
			}
		}
	case reflect.Slice:
		fresh := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(fresh, v)
		v.Set(fresh)
		for i := range v.Len() {
			poison(v.Index(i), text)
		}
	case reflect.Pointer:
		if _, ok := v.Interface().(*assets.Set); ok || v.IsNil() {
			return
		}
		fresh := reflect.New(v.Type().Elem())
		fresh.Elem().Set(v.Elem())
		v.Set(fresh)
		poison(v.Elem(), text)
	}
}

func TestRenderRefuses(t *testing.T) {
	for name, try := range map[string]struct {
		page string
		view any
	}{
		"an unknown page": {"dossier", LoginView{}},
		"another view":    {"inbox", LoginView{}},
		"a pointer":       {"login", &LoginView{}},
		"no view":         {"login", nil},
	} {
		var out bytes.Buffer
		if err := Render(&out, try.page, try.view); err == nil {
			t.Errorf("%s is rendered", name)
		}
		if out.Len() != 0 {
			t.Errorf("%s: %d bytes were written", name, out.Len())
		}
	}
}

func TestBrand(t *testing.T) {
	view := stories(t)["login"].(LoginView)
	if html := render(t, "login", view); !strings.Contains(html, "Démonstration") || strings.Contains(html, "fr-logo") {
		t.Error("a page that is not the State's says that it is a demonstration, and shows no emblem")
	}
	view.Brand = assets.StateBrand
	if html := render(t, "login", view); strings.Contains(html, "Démonstration") || !strings.Contains(html, "fr-logo") {
		t.Error("a page of the State shows its emblem and no demonstration banner")
	}
}

// A view's own field hides the shell's of the same name: the emblem, the menu or the banner would then follow it.
func TestNoViewHidesItsShell(t *testing.T) {
	shell := reflect.TypeFor[Shell]()
	for name, p := range pages {
		for i := range p.view.NumField() {
			own := p.view.Field(i)
			_, field := shell.FieldByName(own.Name)
			_, method := shell.MethodByName(own.Name)
			if !own.Anonymous && (field || method) {
				t.Errorf("%s: %s hides the shell's", name, own.Name)
			}
		}
	}
}

func TestMyWorkOrder(t *testing.T) {
	view := stories(t)["my_work"].(MyWorkView)
	got := func(rows []WorkRow) string {
		var all []string
		for _, r := range rows {
			all = append(all, r.Reference[7:])
		}
		return strings.Join(all, " ")
	}
	if g := got(view.Urgent()); g != "277 284" {
		t.Errorf("urgent cases: %s", g)
	}
	if g := got(view.Ordinary()); g != "338 253 260 017 345" {
		t.Errorf("what is due first, then what has no term: %s", g)
	}
	html := render(t, "my_work", view)
	if strings.Index(html, "9975100277") > strings.Index(html, "9975100338") {
		t.Error("urgent cases stand first on the page")
	}
	for _, want := range []string{"2 / 3", "<strong>4</strong> jours", "<strong>4</strong> jours de retard", "R.\u00a0425\u201113"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestInboxOrder(t *testing.T) {
	view := stories(t)["inbox"].(InboxView)
	rows := view.Ordered()
	if rows[0].Seq != 8 || rows[1].Seq != 7 || rows[2].Seq != 9 || view.Rows[0].Seq != 9 {
		t.Errorf("unread first, each part as it came, the view untouched: %d %d %d", rows[0].Seq, rows[1].Seq, rows[2].Seq)
	}
	html := render(t, "inbox", view)
	if n := strings.Count(html, "Accuser réception<"); n != 1 {
		t.Errorf("%d acknowledge buttons; one opinion awaits", n)
	}
	if !strings.Contains(html, "Réception accusée le 20\u00a0février\u00a02026") {
		t.Error("an acknowledged opinion says when")
	}
}

func TestClock(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	start, due := at("2026-01-26 00:00"), at("2026-04-26 00:00")
	for name, c := range map[string]struct {
		clock                      *Clock
		level, figure, unit, label string
	}{
		"far":          {DayClock("Avis", "", start, due, at("2026-02-24 23:59")), "", "61", "jours", "29 jours écoulés sur 90"},
		"soon":         {DayClock("Avis", "", start, due, at("2026-04-12 00:01")), "soon", "14", "jours", "76 jours écoulés sur 90"},
		"now":          {DayClock("Avis", "", start, due, at("2026-04-25 12:00")), "now", "1", "jour", "89 jours écoulés sur 90"},
		"last day":     {DayClock("Avis", "", start, due, at("2026-04-26 23:59")), "now", "0", "jour", "90 jours écoulés sur 90"},
		"passed":       {DayClock("Avis", "", start, due, at("2026-04-28 00:00")), "late", "2", "jours de retard", "90 jours écoulés sur 90"},
		"before start": {DayClock("Avis", "", start, due, at("2026-01-01 00:00")), "", "115", "jours", "0 jours écoulés sur 90"},
		"hours":        {HourClock("Avis", "", at("2026-02-23 18:30"), at("2026-02-24 18:30"), at("2026-02-24 16:40")), "now", "1\u00a0h\u00a050", "", "22 heures écoulées sur 24"},
	} {
		if got := [4]string{c.clock.Level(), c.clock.Figure(), c.clock.Unit(), c.clock.BarLabel()}; got != [4]string{c.level, c.figure, c.unit, c.label} {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestNoticeWords(t *testing.T) {
	for code, fields := range map[string]map[string]string{
		"N0": {"technical_code": "ACCEPTEE"}, "N1": {"received_on": "2026-01-26"}, "N2": {"due_on": "2026-02-16"},
		"N3": {"transmitted_on": "2026-02-25"}, "N4": {"convocation_on": "2026-02-01"}, "N5": {"due_on": "2026-02-01"}, "N7": {"closure_code": "DESISTEMENT"},
	} {
		for _, renewal := range []bool{false, true} {
			title, effect := NoticeWords(code, fields, renewal)
			if title == "" || effect == "" || strings.Contains(title, "Message") {
				t.Errorf("%s has no words: %q %q", code, title, effect)
			}
		}
	}
	if _, effect := NoticeWords("N3", map[string]string{"transmitted_on": "2026-02-25"}, false); !strings.Contains(effect, "récépissé peut être délivré") {
		t.Errorf("a first application may be receipted at N3 (R. 425-12): %q", effect)
	}
	if title, effect := NoticeWords("N9", nil, false); title != "Message N9" || effect != "" {
		t.Errorf("an unknown code claims no effect: %q %q", title, effect)
	}
}

func TestFrench(t *testing.T) {
	if got := FrenchDateTime(time.Date(2026, 3, 1, 9, 5, 0, 0, time.UTC)); got != "1er\u00a0mars\u00a02026 à 9\u00a0h\u00a005" {
		t.Error(got)
	}
	if plural(0, "dossier", "dossiers") != "0\u00a0dossier" || plural(2, "dossier", "dossiers") != "2\u00a0dossiers" {
		t.Error("nought is singular in French")
	}
}
