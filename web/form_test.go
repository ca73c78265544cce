package web

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"cloison/act"

	"github.com/gofiber/fiber/v2"
)

const formTestKey = "00112233445566778899aabbccddeeff"

type block struct {
	Name   string   `json:"name" validate:"required"`
	Papers []string `json:"papers"`
}

type asylum struct {
	On     *testDay `json:"on"`
	Signed bool     `json:"signed"`
}

// testDay reads itself, as the dates of the procedure do.
type testDay struct{ day time.Time }

func (d *testDay) UnmarshalText(b []byte) (err error) {
	d.day, err = time.Parse(time.DateOnly, string(b))
	return err
}

type letterInput struct {
	Dossier string  `path:"dossier" json:"-" validate:"uuid"`
	Kind    string  `json:"kind" validate:"required,oneof=A B"`
	Months  *int    `json:"months" validate:"omitnil,min=1,max=12"`
	Late    *bool   `json:"late"`
	Asylum  *asylum `json:"asylum"`
	Blocks  []block `json:"blocks" validate:"dive"`
	From    string  `json:"from"`
}

// formPortal has one form. What its act answers depends on the kind typed, its page says all that it was given.
type formPortal struct {
	portal
	acts *[]letterInput
	keys *[]string

	taken *pieces // by the form that carries a file
}

// pieces are the files that were taken.
type pieces struct {
	files []File
	read  [][]byte
	acts  []act.Act
}

// withFile is the same face, with a file whose size and name Fill gives to fields.
func withFile(face Face[letterInput, noteOutput], to *pieces) Face[letterInput, noteOutput] {
	face.Take = func(c *Call, _ letterInput, _ noteOutput, file *File) error {
		next := c.With("takePiece", "piece.take", file)
		content, err := io.ReadAll(next.Body())
		if err != nil {
			return act.Wrap(act.Invalid, "", err)
		}
		to.files, to.read, to.acts = append(to.files, *file), append(to.read, content), append(to.acts, next.Act(act.Object{}))
		return nil
	}
	return face
}

type misplaced struct{}

func (misplaced) Error() string           { return "misplaced" }
func (misplaced) Place() (string, string) { return "asylum.on", "Le jour est passé." }

func newFormPortal(t *testing.T) formPortal {
	t.Helper()
	p := formPortal{portal: portal{book: &book{}}, acts: &[]letterInput{}, keys: &[]string{}, taken: &pieces{}}
	write := func(c *Call, in letterInput) (Reply[noteOutput], error) {
		*p.acts, *p.keys = append(*p.acts, in), append(*p.keys, c.Act(act.Object{}).IdempotencyKey)
		switch c.Fiber.Get("X-Test-Fails") {
		case "place":
			return Reply[noteOutput]{}, act.Wrap(act.Invalid, "", misplaced{})
		case "conflict":
			return Reply[noteOutput]{}, &act.Error{Kind: act.Conflict, Rule: "CASE_CLOSED", Sentence: "Ce dossier est clos.", Visible: true}
		case "hidden":
			return Reply[noteOutput]{}, act.NotFound()
		case "step-up":
			return Reply[noteOutput]{}, &act.Error{Kind: act.StepUpRequired, StepUp: "/step-up?id=1"}
		}
		return OK(noteOutput{ID: "7"}), nil
	}
	face := Face[letterInput, noteOutput]{
		Template: "letter", Said: "letter_written",
		View: func(_ *Call, in letterInput, typed Typed) (any, error) {
			if typed.Text("kind") == "unshown" {
				return nil, act.NotFound()
			}
			problem := ""
			if typed.Problem != nil {
				problem = typed.Problem.Code + " " + typed.Problem.Rule
			}
			return fmt.Sprint(in.Dossier, "|", typed.values, "|", typed.wrong, "|", typed.Count("blocks"), "|", problem, "|", typed.Key), nil
		},
		Fill: func(c *Call, typed *Typed) { typed.Set("from", c.Who.ID) },
		Done: func(_ *Call, in letterInput, out noteOutput) string {
			return "/dossiers/" + in.Dossier + "/letters/" + out.ID
		},
	}
	listener, err := Listen("127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	p.url = "http://" + listener.Addr().String()
	app, err := New(Options{
		Name: "test", Gate: p.book, PublicURL: p.url, Logger: slog.New(slog.DiscardHandler),
		Ops: []Operation{
			Op("writeLetter", "POST", "/dossiers/:dossier/letters", "letter.write", write, Form("/dossiers/:dossier/lettre", face), Form("/dossiers/:dossier/lettre-b", ofKind(face, "B")), Form("/dossiers/:dossier/lettre-c", readAgain(face))),
			Op("sendPiece", "POST", "/dossiers/:dossier/pieces", "piece.create", write, Form("/dossiers/:dossier/piece", withFile(face, p.taken))),
			Op("readLetters", "GET", "/letters", "letter.read", func(c *Call, _ None) (Reply[noteOutput], error) { return OK(noteOutput{}), nil },
				Page("/letters", "letters", func(c *Call, _ noteOutput) any { return "said " + c.Said })),
		},
		Authenticate: func(c *fiber.Ctx) (act.Subject, error) {
			if c.Get("X-Test-User") == "" {
				return act.Subject{}, act.NewError(act.Unauthenticated, "")
			}
			return act.Subject{ID: "u", Reference: "r"}, nil
		},
		Render: func(w io.Writer, template string, view any) error {
			_, err := fmt.Fprintf(w, "%s %v", template, view)
			return err
		},
		Ended:   func(_ *fiber.Ctx, fields []Field) (string, any) { return "ended", fields },
		Confirm: func(_ *Call, p Problem) (string, any) { return "confirm", p.StepUp },
	})
	if err != nil {
		t.Fatal(err)
	}
	go app.Listener(listener) //nolint:errcheck // ends with the test
	t.Cleanup(func() { _ = app.Shutdown() })
	return p
}

// ofKind is a form of the same operation for one kind, which nobody types.
func ofKind(face Face[letterInput, noteOutput], kind string) Face[letterInput, noteOutput] {
	face.Template, face.Said = "letter_"+kind, "other_written"
	face.Fill = func(_ *Call, typed *Typed) { typed.Set("kind", kind) }
	return face
}

// readAgain is a form that shows what was typed once more.
func readAgain(face Face[letterInput, noteOutput]) Face[letterInput, noteOutput] {
	view := face.View
	face.View = func(c *Call, in letterInput, typed Typed) (any, error) {
		shown, err := view(c, in, typed)
		if typed.Rereads() {
			return fmt.Sprint("again ", typed.Fields(), typed.Again()), err
		}
		return shown, err
	}
	face.Reread = func(_ *Call, in letterInput) error {
		if in.Months != nil && *in.Months == 7 {
			return act.NewError(act.Invalid, "Pas sept.")
		}
		return nil
	}
	return face
}

// What nothing takes back is shown once more before it is done; what is wrong with it is said before; whoever goes back finds what he typed.
func TestAFormIsReadAgainBeforeItsAct(t *testing.T) {
	t.Parallel()
	p := newFormPortal(t)
	send := func(typed url.Values) answer {
		typed.Set(keyName, formTestKey)
		return p.do(t, "POST", letterPath+"-c", typed.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html")
	}
	if a := send(url.Values{"kind": {"A"}, "months": {"5"}}); a.status != 200 || !strings.Contains(a.body, "again [{kind A} {months 5}] {_reread 1}") || len(*p.acts) != 0 {
		t.Errorf("the first time: %d %s, acts %v", a.status, a.body, *p.acts)
	}
	for _, months := range []string{"7", "99"} {
		if a := send(url.Values{"kind": {"A"}, "months": {months}}); a.status != 422 || !strings.Contains(a.body, "months:["+months+"]") || strings.Contains(a.body, "again") {
			t.Errorf("what is wrong: %d %s", a.status, a.body)
		}
	}
	if len(*p.acts) != 0 || len(p.book.entries) != 2 {
		t.Errorf("acts %v, refusals %v", *p.acts, p.book.entries)
	}
	if a := send(url.Values{"kind": {"A"}, "months": {"5"}, rereadName: {"1"}, backName: {"1"}}); a.status != 200 || !strings.Contains(a.body, "months:[5]") || strings.Contains(a.body, "again") || len(*p.acts) != 0 {
		t.Errorf("going back: %d %s, acts %v", a.status, a.body, *p.acts)
	}
	if a := send(url.Values{"kind": {"A"}, "months": {"5"}, rereadName: {"1"}}); a.status != http.StatusSeeOther || len(*p.acts) != 1 {
		t.Errorf("read again: %d %s, acts %v", a.status, a.body, *p.acts)
	}
}

// An operation has a form for each kind of what it takes: each at its own path, with its own page and its own words.
func TestAnOperationMayHaveSeveralForms(t *testing.T) {
	t.Parallel()
	p := newFormPortal(t)
	for path, want := range map[string]string{letterPath: "letter ", letterPath + "-b": "letter_B "} {
		if a := p.do(t, "GET", path, "", "Accept", "text/html"); a.status != 200 || !strings.HasPrefix(a.body, want) {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	a := p.do(t, "POST", letterPath+"-b", url.Values{keyName: {formTestKey}, "months": {"3"}}.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html")
	if a.status != http.StatusSeeOther || len(*p.acts) != 1 || (*p.acts)[0].Kind != "B" || !strings.Contains(a.header.Get("Set-Cookie"), "=other_written;") {
		t.Errorf("%d %s, acts %+v", a.status, a.body, *p.acts)
	}
}

const letterPath = "/dossiers/" + dossierID + "/lettre"

func (p formPortal) send(t *testing.T, typed url.Values, headers ...string) answer {
	t.Helper()
	if !typed.Has(keyName) {
		typed.Set(keyName, formTestKey)
	}
	return p.do(t, "POST", letterPath, typed.Encode(), append([]string{"Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html"}, headers...)...)
}

// A form's fields become the same typed input as a JSON body, and whatever was left empty is null.
func TestAFormBecomesTheTypedInput(t *testing.T) {
	t.Parallel()
	p := newFormPortal(t)
	a := p.send(t, url.Values{
		"kind": {" A "}, "months": {"3"}, "late": {"false"}, "asylum.on": {"2026-01-12"}, "asylum.signed": {"true"},
		"blocks.0.name": {"un"}, "blocks.0.papers": {"a, b\r\nc"}, "blocks.1.name": {""}, "blocks.1.papers": {""}, "blocks.2.name": {"deux"},
	})
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/dossiers/"+dossierID+"/letters/7" || len(*p.acts) != 1 {
		t.Fatalf("%d %q %s, %d acts", a.status, a.header.Get("Location"), a.body, len(*p.acts))
	}
	in := (*p.acts)[0]
	if in.Dossier != dossierID || in.Kind != "A" || *in.Months != 3 || *in.Late || !in.Asylum.Signed || in.Asylum.On.day.Day() != 12 || in.From != "u" {
		t.Errorf("read %+v", in)
	}
	if len(in.Blocks) != 2 || in.Blocks[1].Name != "deux" || !slices.Equal(in.Blocks[0].Papers, []string{"a", "b", "c"}) || in.Blocks[1].Papers == nil {
		t.Errorf("blocks %+v: an element left empty was never meant", in.Blocks)
	}
	p.send(t, url.Values{"kind": {"B"}, "months": {""}, "late": {""}, "asylum.on": {""}})
	if in := (*p.acts)[1]; in.Months != nil || in.Late != nil || in.Asylum != nil || in.Blocks == nil {
		t.Errorf("what was left empty is null: %+v", in)
	}
	if (*p.keys)[0] != formTestKey {
		t.Errorf("the act has the key %q of the form, so that a double submit acts once", (*p.keys)[0])
	}
}

func TestAFormIsReadAsStrictlyAsJSON(t *testing.T) {
	t.Parallel()
	p := newFormPortal(t)
	for name, c := range map[string]struct {
		typed  url.Values
		status int
		code   string
	}{
		"an unknown field":        {url.Values{"kind": {"A"}, "outcome": {"FAVORABLE"}}, 400, "unknown_field"},
		"an unknown field inside": {url.Values{"kind": {"A"}, "asylum.free": {"x"}}, 400, "unknown_field"},
		"an unknown, empty field": {url.Values{"kind": {"A"}, "outcome": {""}}, 400, "unknown_field"},
		"another case":            {url.Values{"Kind": {"A"}}, 400, "unknown_field"},
		"a field of the address":  {url.Values{"kind": {"A"}, "dossier": {dossierID}}, 400, "unknown_field"},
		"a far block":             {url.Values{"kind": {"A"}, "blocks.4000000.name": {"x"}}, 400, "unknown_field"},
		"two answers":             {url.Values{"kind": {"A", "B"}}, 422, "invalid"},
		"no number":               {url.Values{"kind": {"A"}, "months": {"three"}}, 422, "invalid"},
		"no date":                 {url.Values{"kind": {"A"}, "asylum.on": {"12/01/2026"}}, 422, "invalid"},
		"no yes or no":            {url.Values{"kind": {"A"}, "late": {"maybe"}}, 422, "invalid"},
		"not of the list":         {url.Values{"kind": {"C"}}, 422, "invalid"},
		"no key":                  {url.Values{"kind": {"A"}, keyName: {""}}, 400, "malformed"},
		"another key":             {url.Values{"kind": {"A"}, keyName: {"x"}}, 400, "malformed"},
		"two keys":                {url.Values{"kind": {"A"}, keyName: {formTestKey, formTestKey}}, 400, "malformed"},
	} {
		before := len(p.book.entries)
		if a := p.send(t, c.typed); a.status != c.status {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
		if said := p.book.entries[before:]; len(said) != 1 || said[0] != "letter.write "+c.code {
			t.Errorf("%s: recorded as %v", name, said)
		}
	}
	for name, media := range map[string]string{"JSON": "application/json", "text": "text/plain", "none": ""} {
		if a := p.send(t, url.Values{"kind": {"A"}}, "Content-Type", media); a.status != 415 {
			t.Errorf("%s as a form: %d", name, a.status)
		}
	}
	if len(*p.acts) != 0 {
		t.Errorf("%d acts were done", len(*p.acts))
	}
}

func TestAFormOfAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	p := newFormPortal(t)
	for _, site := range []string{"cross-site", "same-site"} {
		if a := p.send(t, url.Values{"kind": {"A"}}, "Sec-Fetch-Site", site); a.status != 403 {
			t.Errorf("%s: %d", site, a.status)
		}
	}
	if a := p.send(t, url.Values{"kind": {"A"}}, "Origin", "https://elsewhere.example"); a.status != 403 || len(*p.acts) != 0 {
		t.Errorf("another origin: %d, %d acts", a.status, len(*p.acts))
	}
}

// A refusal shows the form again: its status, its rule, what to mend and where, and every word that was typed.
func TestARefusedFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	p := newFormPortal(t)
	typed := func() url.Values {
		return url.Values{"kind": {"A"}, "months": {"99"}, "blocks.0.name": {""}, "blocks.0.papers": {"<mot> à mot"}}
	}
	a := p.send(t, typed())
	if a.status != 422 || !strings.Contains(a.body, "<mot> à mot") || !strings.Contains(a.body, formTestKey) {
		t.Errorf("%d %s", a.status, a.body)
	}
	for _, want := range []string{"months:Maximum 12.", "blocks.0.name:Obligatoire.", "invalid"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page does not say %q: %s", want, a.body)
		}
	}
	good := url.Values{"kind": {"A"}, "months": {"5"}}
	if a := p.send(t, good, "X-Test-Fails", "conflict"); a.status != 409 || !strings.Contains(a.body, "conflict CASE_CLOSED") || !strings.Contains(a.body, "months:[5]") {
		t.Errorf("a rule: %d %s", a.status, a.body)
	}
	if a := p.send(t, good, "X-Test-Fails", "place"); a.status != 422 || !strings.Contains(a.body, "asylum.on:Le jour est passé.") {
		t.Errorf("a field of the domain: %d %s", a.status, a.body)
	}
	if a := p.send(t, good, "X-Test-Fails", "hidden"); a.status != 404 || strings.Contains(a.body, "months") {
		t.Errorf("what may not be known of stays a page that says nothing: %d %s", a.status, a.body)
	}
	if a := p.send(t, url.Values{"kind": {"unshown"}}); a.status != 422 || strings.Contains(a.body, "letter ") {
		t.Errorf("a page that cannot be shown answers the refusal itself: %d %s", a.status, a.body)
	}
}

// One more block, or one less, without script: nothing is done and nothing typed is lost.
func TestABlockMoreDoesNothingElse(t *testing.T) {
	t.Parallel()
	p := newFormPortal(t)
	a := p.send(t, url.Values{"kind": {""}, "blocks.0.name": {"un"}, addName: {"blocks"}})
	if a.status != 200 || !strings.Contains(a.body, "|2|") || !strings.Contains(a.body, "blocks.0.name:[un]") {
		t.Errorf("one more: %d %s", a.status, a.body)
	}
	a = p.send(t, url.Values{"blocks.0.name": {"un"}, "blocks.1.name": {"deux"}, "blocks.1.papers": {"x"}, removeName: {"blocks.0"}})
	if a.status != 200 || !strings.Contains(a.body, "|1|") || !strings.Contains(a.body, "blocks.0.name:[deux]") || !strings.Contains(a.body, "blocks.0.papers:[x]") {
		t.Errorf("one less: %d %s", a.status, a.body)
	}
	if len(*p.acts)+len(p.book.entries) != 0 {
		t.Errorf("%d acts, refusals %v", len(*p.acts), p.book.entries)
	}
}

// What was done is said once, by a code in a cookie, whatever a link says.
func TestWhatWasDoneIsSaidOnce(t *testing.T) {
	t.Parallel()
	p := newFormPortal(t)
	a := p.send(t, url.Values{"kind": {"A"}})
	cookie := a.header.Get("Set-Cookie")
	if !strings.HasPrefix(cookie, "cloison_said_test=letter_written;") || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
		t.Errorf("cookie %q", cookie)
	}
	next := p.do(t, "GET", "/letters", "", "Cookie", "cloison_said_test=letter_written")
	if !strings.Contains(next.body, "said letter_written") || !strings.Contains(next.header.Get("Set-Cookie"), "cloison_said_test=;") {
		t.Errorf("the next page: %s, %q", next.body, next.header.Get("Set-Cookie"))
	}
	if again := p.do(t, "GET", "/letters", ""); strings.Contains(again.body, "written") {
		t.Errorf("said twice: %s", again.body)
	}
	if odd := p.do(t, "GET", "/letters", "", "Cookie", "cloison_said_test=Le+patient"); strings.Contains(odd.body, "patient") {
		t.Errorf("a cookie that is no code is said: %s", odd.body)
	}
}

// A form that comes after the session has ended is not lost: its fields come back, hidden, on the page that says so.
func TestASessionThatEndedLosesNothing(t *testing.T) {
	t.Parallel()
	p := newFormPortal(t)
	a := p.send(t, url.Values{"kind": {"A"}, "blocks.0.name": {"un texte"}}, "X-Test-User", "")
	if a.status != 401 || a.body != "ended [{_key "+formTestKey+"} {blocks.0.name un texte} {kind A}]" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if blank := p.do(t, "GET", letterPath, "", "X-Test-User", ""); blank.status != 303 || blank.header.Get("Location") != "/login" {
		t.Errorf("a blank form without a session: %d", blank.status)
	}
}

func TestAFormAsksForAFreshAuthentication(t *testing.T) {
	t.Parallel()
	p := newFormPortal(t)
	if a := p.send(t, url.Values{"kind": {"A"}}, "X-Test-Fails", "step-up"); a.status != 403 || a.body != "confirm /step-up?id=1" {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestABlankFormHasItsKey(t *testing.T) {
	t.Parallel()
	p := newFormPortal(t)
	one, two := p.do(t, "GET", letterPath, ""), p.do(t, "GET", letterPath, "")
	key := func(a answer) string { return a.body[strings.LastIndexByte(a.body, '|')+1:] }
	if one.status != 200 || !formKey.MatchString(key(one)) || key(one) == key(two) || !strings.Contains(one.body, dossierID) {
		t.Errorf("%d %s, then %s", one.status, one.body, two.body)
	}
	if a := p.do(t, "GET", letterPath+"?free=text", ""); a.status != 400 {
		t.Errorf("an unknown parameter: %d", a.status)
	}
}

func FuzzFormBecomesJSON(f *testing.F) {
	f.Add("kind=A&blocks.0.name=x&asylum.on=2026-01-12&months=3")
	f.Add("kind=%00&blocks.199.papers=a,b%0d%0ac&late=true&late=false")
	f.Fuzz(func(t *testing.T, raw string) {
		values, err := parseForm([]byte(raw))
		if err != nil {
			return
		}
		typed := Typed{values: values}
		document, err := typed.document(reflect.TypeFor[letterInput]())
		if err != nil {
			return
		}
		var in letterInput
		if err := decode(document, &in); err != nil {
			t.Errorf("a form became JSON that its own type refuses: %s", document)
		}
	})
}
