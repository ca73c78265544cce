// Package portal is what the two portals have in common besides their tables: the shell around a page, the sign-in page, the pages of
// errors and refusals, and the front page, which is each role's own. It decides nothing and reads nothing.
package portal

import (
	"bytes"
	"net/http"
	"path"
	"regexp"
	"strings"
	"time"

	"cloison/act"
	"cloison/identity"
	"cloison/internal/clock"
	"cloison/release"
	"cloison/web"
	"cloison/web/assets"
	"cloison/web/layout"

	"github.com/gofiber/fiber/v2"
)

// Portal is one of the two.
type Portal struct {
	Face     layout.Portal
	Brand    string
	Assets   *assets.Set
	Clock    clock.Clock
	Location *time.Location
	Front    map[string]string  // Key of a person -> path of the page that "/" shows
	Menu     map[string][]Entry // Key of a person -> his menu, in order
	Passkeys string             // path of a person's own passkeys; "" where the portal asks for none
	Demo     bool               // a development environment: every page says that nothing is real
}

// Entry is one line of a menu. It is current on its own page and on those below it, unless another line names them.
type Entry struct{ Label, Path string }

// Key says whose front page and menu: a role, and for an agent of a mission, which.
func Key(who act.Subject) string {
	if who.Mission != "" {
		return who.Role + "/" + who.Mission
	}
	return who.Role
}

// Shell is around a page that somebody signed in reads.
func (p *Portal) Shell(c *web.Call) layout.Shell {
	shell := p.shellOf(c.Fiber, c.Who)
	shell.Said = layout.Say(c.Said)
	return shell
}

func (p *Portal) shellOf(c *fiber.Ctx, who act.Subject) layout.Shell {
	shell := p.shell(c)
	shell.Person = &layout.Person{Name: who.Name, Quality: quality(who), Own: identity.SessionsPath}
	shell.Nav = p.menu(Key(who), c.Path())
	return shell
}

// around is the shell of a page that is not the one asked for: whoever is signed in keeps his name and his menu.
func (p *Portal) around(c *fiber.Ctx) layout.Shell {
	if who, ok := web.Who(c); ok {
		return p.shellOf(c, who)
	}
	return p.shell(c)
}

func (p *Portal) menu(role, path string) []layout.NavItem {
	var nav []layout.NavItem
	current := -1
	for i, entry := range p.Menu[role] {
		nav = append(nav, layout.NavItem{Label: entry.Label, Href: entry.Path})
		below := path == entry.Path || strings.HasPrefix(path, entry.Path+"/")
		if below && (current < 0 || len(entry.Path) > len(nav[current].Href)) {
			current = i
		}
	}
	if current >= 0 {
		nav[current].Current = true
	}
	return nav
}

func (p *Portal) shell(c *fiber.Ctx) layout.Shell {
	return layout.Shell{Assets: p.Assets, Portal: p.Face, Brand: p.Brand, Demo: p.Demo, RequestID: web.RequestID(c),
		ServedAt: p.Clock.Now().In(p.Location)}
}

func quality(who act.Subject) string {
	switch who.Role {
	case "MEDECIN":
		return "Médecin de l’Office"
	case "SECRETARIAT_MEDICAL":
		return "Secrétariat médical"
	case "PREFECTURE":
		return release.AuthorityLabel(who.Prefecture)
	case "AUDITEUR_CONFORMITE":
		return "Contrôle de conformité"
	case "AGENT_MISSION":
		if who.Mission == "POSTE_CONSULAIRE" {
			return "Poste consulaire"
		}
		return "Agent de l’Office"
	case "DPO":
		return "Protection des données"
	}
	return ""
}

// Home answers "/" with the page of the reader's role; without one, with the sign-in page.
func (p *Portal) Home(authenticate func(*fiber.Ctx) (act.Subject, error)) web.Route {
	return web.Route{Method: http.MethodGet, Path: "/", Why: "shows each role its own first page, which asks policy", Handler: func(c *fiber.Ctx) error {
		who, err := authenticate(c)
		if act.IsKind(err, act.Unauthenticated) {
			return c.Redirect("/login", http.StatusSeeOther)
		}
		if err != nil {
			return err
		}
		path, ok := p.Front[Key(who)]
		if !ok {
			return act.NewError(act.Forbidden, "Ce portail n’a pas encore de page pour votre rôle. Adressez-vous au responsable des habilitations.")
		}
		c.Path(path)
		return c.RestartRouting()
	}}
}

// Static serves the assets.
func (p *Portal) Static() web.Route {
	return web.Route{Method: http.MethodGet, Path: assets.Prefix + "+", Why: "style sheets and fonts, the same for everybody", Handler: p.Assets.Handler()}
}

// LoginPage offers the ways to sign in.
func (p *Portal) LoginPage(c *fiber.Ctx, choices []identity.Choice) error {
	out := c.Query("signed_out")
	view := layout.LoginView{Shell: p.shell(c), SignedOut: out != "", Everywhere: out == "everywhere"}
	for _, choice := range choices {
		view.Providers = append(view.Providers, layout.Provider{Name: choice.Name, For: whom[choice.Kind], Href: choice.URL})
	}
	return loginPage(c, view)
}

// LeavePage is shown while the browser goes on to the provider; where it does not by itself, the link leads there.
func (p *Portal) LeavePage(c *fiber.Ctx, to identity.Choice) error {
	return loginPage(c, layout.LoginView{Shell: p.shell(c), SignedOut: true, Leaving: &layout.Provider{Name: to.Name, Href: to.URL}})
}

func loginPage(c *fiber.Ctx, view layout.LoginView) error {
	var page bytes.Buffer
	if err := layout.Render(&page, "login", view); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(page.Bytes())
}

var whom = map[identity.IssuerKind]string{
	identity.PSC: "Médecins de l’Office", identity.ProConnect: "Secrétariat médical, préfectures, contrôle",
}

// Error is the page of a problem.
func (p *Portal) Error(c *fiber.Ctx, problem web.Problem) (string, any) {
	return layout.Problem(p.around(c), problem.Status, problem.Code, problem.Detail, problem.Rule, objectOf(c, problem))
}

// ofObject is the address of a dossier, a referral or a case, with what stands below it.
var ofObject = regexp.MustCompile(`^(/(dossiers|saisines|regroupement)/[0-9a-f-]{36})/.`)

// objectOf is where whoever may know of the object goes on; "" where he may not, or where that page is the one refused.
func objectOf(c *fiber.Ctx, problem web.Problem) string {
	found := ofObject.FindStringSubmatch(c.Path())
	if found == nil || problem.Code != "conflict" && problem.Code != "invalid" {
		return ""
	}
	return found[1]
}

// Ended is the page of a form whose session ended before it was sent. What it carries goes back to the browser that sent it, and nowhere else.
func (p *Portal) Ended(c *fiber.Ctx, fields []web.Field) (string, any) {
	view := layout.EndedView{Shell: p.shell(c), Path: c.Path()}
	for _, field := range fields {
		view.Fields = append(view.Fields, layout.Field{Kind: "hidden", Name: field.Name, Value: field.Value})
	}
	return "ended", view
}

// Confirm is the page that leads to a fresh authentication. It says what will be signed, on what, and as whom.
func (p *Portal) Confirm(c *web.Call, problem web.Problem) (string, any) {
	view := layout.ConfirmView{Shell: p.Shell(c), Path: problem.StepUp, What: signed[c.Act(act.Object{}).Action], Back: layout.Action{Label: "Renoncer", Href: "/"}}
	if found := ofObject.FindStringSubmatch(c.Fiber.Path()); found != nil {
		view.Of, view.Back.Href = path.Base(found[1])[:8], found[1]
	}
	return "confirm", view
}

// signed are the acts that ask for a fresh authentication (TestEveryActThatIsConfirmedIsNamed).
var signed = map[string]string{"opinion.sign": "Signature de l’avis", "report.sign": "Signature du rapport",
	"disclosure.create": "Remise d’éléments du dossier", "budget.extend": "Extension du plafond d’un médecin",
	"opinion.left": "Clôture sur un avis parti avant une restauration"}
