package provider

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"
)

//go:embed pages.html
var pagesText string

//go:embed style.css
var styleText []byte

var pages = template.Must(template.New("pages").Parse(pagesText))

var issuerTitle = map[string]string{PSC: "Pro Santé Connect", ProConnect: "ProConnect"}

type chooseView struct {
	Title, Action, Message string
	People                 []Person
}

type messageView struct{ Title, Message string }

type homeView struct {
	Portals []homePortal
	Quick   bool
}

type homePortal struct {
	Name, URL string
	People    []homePerson
}

type homePerson struct {
	Person
	Enter string
}

func style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(styleText)
}

func (p *Provider) choose(w http.ResponseWriter, issuer string, q url.Values, status int, message string) {
	v := chooseView{Title: issuerTitle[issuer], Action: "/" + issuer + "/authorize?" + q.Encode(), Message: message}
	for _, who := range p.o.People {
		if who.issuer() == issuer {
			v.People = append(v.People, who)
		}
	}
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil {
		p.sayError(w, http.StatusBadRequest, "L'adresse de retour est illisible.")
		return
	}
	// A browser applies form-action to where the form's answer redirects, too.
	p.page(w, status, "choose", v, back.Scheme+"://"+back.Host)
}

func (p *Provider) home(w http.ResponseWriter, _ *http.Request) {
	v := homeView{Quick: p.o.QuickLogin}
	for _, portal := range p.o.Portals {
		hp := homePortal{Name: portal.Name, URL: portal.URL}
		for _, who := range p.o.People {
			if slices.Contains(portal.Roles, who.Role) {
				enter := portal.URL + "/login?" + url.Values{"login_hint": {who.Login}}.Encode()
				hp.People = append(hp.People, homePerson{Person: who, Enter: enter})
			}
		}
		v.Portals = append(v.Portals, hp)
	}
	p.page(w, http.StatusOK, "home", v, "")
}

func (p *Provider) say(w http.ResponseWriter, title, message string) {
	p.page(w, http.StatusOK, "message", messageView{title, message}, "")
}

func (p *Provider) sayError(w http.ResponseWriter, status int, message string) {
	p.page(w, status, "message", messageView{"Demande refusée", message}, "")
}

func (p *Provider) page(w http.ResponseWriter, status int, name string, view any, formTo string) {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, view); err != nil {
		http.Error(w, "page illisible", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' "+formTo)
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}
