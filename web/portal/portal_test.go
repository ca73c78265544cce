package portal_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"cloison/act"
	"cloison/crypto/keyholder"
	"cloison/identity"
	"cloison/internal/clock"
	"cloison/web"
	"cloison/web/layout"
	"cloison/web/portal"

	"github.com/gofiber/fiber/v2"
)

type gate struct{}

func (gate) Refuse(context.Context, act.Subject, act.Act, string) error { return nil }

const dossier = "/dossiers/0b6f3c3e-7f0e-4d59-8a52-1f6d3f0a9b11"

type input struct {
	Dossier string `path:"dossier" json:"-"`
}

// app is a portal in which one act is done already, one asks for a fresh authentication, and one is another's.
func app(t *testing.T) *fiber.App {
	t.Helper()
	p := &portal.Portal{Face: layout.Medical, Clock: clock.Machine{}, Location: time.UTC, Menu: map[string][]portal.Entry{"MEDECIN": {{Label: "Mon travail", Path: "/dossiers"}}}}
	refuses := func(action, tail string, err *act.Error) web.Operation {
		return web.Op(tail, "POST", "/dossiers/:dossier/"+tail, action, func(*web.Call, input) (web.Reply[web.None], error) { return web.Reply[web.None]{}, err },
			web.Form("/dossiers/:dossier/"+tail, web.Face[input, web.None]{Said: "done", Done: func(*web.Call, input, web.None) string { return "/" }}))
	}
	fresh := act.NewError(act.StepUpRequired, "")
	fresh.StepUp = "/step-up?id=1"
	built, err := web.New(web.Options{
		Name: "test", Gate: gate{}, PublicURL: "http://example.test", Error: p.Error, Confirm: p.Confirm, Render: layout.Render,
		Ops: []web.Operation{
			refuses("again", "encore", &act.Error{Kind: act.Conflict, Rule: "ALREADY_SIGNED", Sentence: "Vous avez déjà signé cet avis.", Visible: true}),
			refuses("other", "autre", &act.Error{Kind: act.Forbidden, Rule: "NOT_ASSIGNED", Sentence: "Demandez.", Visible: true}),
			refuses("opinion.sign", "avis", fresh),
		},
		Authenticate: func(c *fiber.Ctx) (act.Subject, error) {
			if c.Get("X-Test-User") == "" {
				return act.Subject{}, act.NewError(act.Unauthenticated, "")
			}
			return act.Subject{ID: "med-01", Name: "Dr Anne DUPONT", Role: "MEDECIN"}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return built
}

func ask(t *testing.T, app *fiber.App, method, path, user string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://example.test"+path, strings.NewReader("_key=0123456789abcdef0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Content-Type", fiber.MIMEApplicationForm)
	req.Header.Set("X-Test-User", user)
	resp, err := app.Test(req, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// A page that is not the one asked for keeps the name and the menu of whoever is signed in, and leads on.
func TestAnErrorKeepsTheNameAndTheMenu(t *testing.T) {
	t.Parallel()
	app := app(t)
	for _, one := range []struct {
		method, path string
		status       int
		leads        string
	}{
		{"GET", "/nulle-part", 404, `href="/">Revenir à l’accueil`},
		{"POST", dossier + "/encore", 409, `href="` + dossier + `">Revenir au dossier`},
		{"POST", dossier + "/autre", 403, `href="/">Revenir à l’accueil`},
	} {
		status, page := ask(t, app, one.method, one.path, "somebody")
		for _, want := range []string{"Dr Anne DUPONT", `href="/dossiers"`, one.leads} {
			if status != one.status || !strings.Contains(page, want) {
				t.Errorf("%s %s: %d, without %s:\n%s", one.method, one.path, status, want, page)
			}
		}
	}
	if status, page := ask(t, app, "GET", "/nulle-part", ""); status != 404 || strings.Contains(page, "DUPONT") {
		t.Errorf("a visitor: %d\n%s", status, page)
	}
}

// What is done already is no error to whoever reads it.
func TestWhatIsDoneAlreadyIsNotShownAsAnError(t *testing.T) {
	t.Parallel()
	_, page := ask(t, app(t), "POST", dossier+"/encore", "somebody")
	if !strings.Contains(page, "C’est déjà fait") || strings.Contains(page, "Erreur 409") {
		t.Error(page)
	}
}

// Before he confirms who he is, a signatory reads what he is about to sign, on which dossier, and as whom.
func TestTheConfirmationSaysWhatIsSigned(t *testing.T) {
	t.Parallel()
	_, page := ask(t, app(t), "POST", dossier+"/avis", "somebody")
	for _, want := range []string{"Signature de l’avis", "0b6f3c3e", "Dr Anne DUPONT", `href="/step-up?id=1"`, `href="` + dossier + `">Renoncer`} {
		if !strings.Contains(page, want) {
			t.Errorf("without %s:\n%s", want, page)
		}
	}
}

// So he does before he touches his key: each act that a nonce can be drawn for has a name there, and a way back.
func TestEveryActThatIsConfirmedIsNamed(t *testing.T) {
	t.Parallel()
	p := &portal.Portal{Face: layout.Medical, Clock: clock.Machine{}, Location: time.UTC}
	for action, name := range map[string]string{
		keyholder.ActReportSign: "Signature du rapport", keyholder.ActOpinionSign: "Signature de l’avis", keyholder.ActDisclosure: "Remise d’éléments",
		keyholder.ActBudget: "Extension du plafond", keyholder.ActLeft: "Clôture sur un avis parti",
	} {
		for of, back := range map[string]string{strings.TrimPrefix(dossier, "/dossiers/"): dossier, identity.NoDossier: "/"} {
			app := fiber.New()
			app.Get("/step-up", func(c *fiber.Ctx) error {
				return p.PasskeyPage(c, identity.PasskeyPrompt{By: act.Subject{Name: "Dr Anne DUPONT", Role: "MEDECIN"}, Act: action, Dossier: of, Credentials: []string{"Y3I"}})
			})
			_, page := ask(t, app, "GET", "/step-up", "somebody")
			for _, want := range []string{name, "<dd>Dr Anne DUPONT</dd>", `href="` + back + `">Renoncer`} {
				if !strings.Contains(page, want) {
					t.Errorf("%s on %s: without %s:\n%s", action, of, want, page)
				}
			}
			if strings.Contains(page, "0b6f3c3e</dd>") != (of != identity.NoDossier) {
				t.Errorf("%s on %s:\n%s", action, of, page)
			}
		}
	}
}
