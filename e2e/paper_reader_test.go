package e2e_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// visitor is a person at the pages of a portal, without a browser: what is followed is a link of the page, what is sent is a form of it,
// with the fields that the page shows and nothing else.
type visitor struct {
	t    *testing.T
	env  *environment
	who  string
	path string
	root *html.Node
	last answer
}

// visit signs a person in, or goes on in the session of before.
func (l *line) visit(t *testing.T, who, tail string) *visitor {
	t.Helper()
	v := &visitor{t: t, env: l.env, who: who}
	v.open("/dossiers/" + l.dossier + tail)
	return v
}

func (v *visitor) open(path string) {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.person().portal.base+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	v.load(req)
	if v.last.Status != http.StatusOK {
		v.t.Fatalf("%s at %s: %s", v.who, path, v.last)
	}
}

func (v *visitor) person() *person { return v.env.as(v.t, v.who) }

// load keeps the page that answered, redirects followed.
func (v *visitor) load(req *http.Request) {
	v.t.Helper()
	req.Header.Set("Accept", "text/html")
	resp, err := v.person().client.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	v.last = answer{Status: resp.StatusCode, Header: resp.Header, Body: body, op: req.Method + " " + req.URL.Path}
	v.path = resp.Request.URL.Path
	if v.root, err = html.Parse(strings.NewReader(string(body))); err != nil {
		v.t.Fatal(err)
	}
}

// text is what the page says, without spaces that only lay it out.
func (v *visitor) text() string { return textOf(v.root) }

func textOf(n *html.Node) string {
	var words strings.Builder
	for one := range n.Descendants() {
		if one.Type == html.TextNode {
			words.WriteString(one.Data + " ")
		}
	}
	text := strings.ReplaceAll(words.String(), "\u00a0", " ")
	return beforeSign.ReplaceAllString(strings.Join(strings.Fields(text), " "), "$1")
}

var beforeSign = regexp.MustCompile(` ([.,])`)

func (v *visitor) sees(want ...string) {
	v.t.Helper()
	text := v.text()
	for _, w := range want {
		if !strings.Contains(text, w) {
			v.t.Fatalf("%s at %s does not read %q in:\n%s", v.who, v.path, w, text)
		}
	}
}

func (v *visitor) seesNot(unwanted ...string) {
	v.t.Helper()
	text := v.text()
	for _, w := range unwanted {
		if strings.Contains(text, w) {
			v.t.Errorf("%s at %s reads %q", v.who, v.path, w)
		}
	}
}

// follow takes the link of that label.
func (v *visitor) follow(label string) {
	v.t.Helper()
	for n := range v.root.Descendants() {
		if n.Data == "a" && strings.HasPrefix(textOf(n), label) {
			v.open(attribute(n, "href"))
			return
		}
	}
	v.t.Fatalf("%s at %s has no link %q:\n%s", v.who, v.path, label, v.text())
}

// send fills the page's form whose button has that label. A field that the page does not show cannot be filled.
func (v *visitor) send(label string, values map[string]string) {
	v.t.Helper()
	form := v.formOf(label)
	sent := fieldsOf(form)
	for name, value := range values {
		if _, shown := sent[name]; !shown {
			v.t.Fatalf("%s at %s: the form has no field %s", v.who, v.path, name)
		}
		sent[name] = []string{value}
	}
	v.post(form, sent)
}

// done is send that must lead on to the next page.
func (v *visitor) done(label string, values map[string]string, said string) {
	v.t.Helper()
	v.send(label, values)
	if v.last.Status != http.StatusOK {
		v.t.Fatalf("%s at %s: %s\n%s", v.who, v.path, v.last, v.text())
	}
	v.sees(said)
}

func (v *visitor) formOf(label string) *html.Node {
	v.t.Helper()
	for n := range v.root.Descendants() {
		if n.Data == "form" && attribute(n, "method") == "post" && attribute(n, "action") != "/logout" && strings.Contains(textOf(n), label) {
			return n
		}
	}
	v.t.Fatalf("%s at %s has no form %q:\n%s", v.who, v.path, label, v.text())
	return nil
}

// fieldsOf are the fields of a form as a browser would send them; those that nobody has filled yet have no value.
func fieldsOf(form *html.Node) url.Values {
	fields := url.Values{}
	for n := range form.Descendants() {
		name := attribute(n, "name")
		switch {
		case name == "" || n.Data == "button":
		case n.Data == "textarea":
			fields[name] = []string{strings.TrimPrefix(rawText(n), "\n")}
		case n.Data == "select":
			fields[name] = []string{chosen(n)}
		case attribute(n, "type") == "radio" || attribute(n, "type") == "checkbox":
			if _, known := fields[name]; !known {
				fields[name] = nil
			}
			if has(n, "checked") {
				fields[name] = append(fields[name], attribute(n, "value"))
			}
		default:
			fields[name] = []string{attribute(n, "value")}
		}
	}
	return fields
}

func chosen(list *html.Node) string {
	for n := range list.Descendants() {
		if n.Data == "option" && has(n, "selected") {
			return attribute(n, "value")
		}
	}
	return ""
}

func rawText(n *html.Node) string {
	if n.FirstChild == nil {
		return ""
	}
	return n.FirstChild.Data
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// confirmed goes through the fresh authentication that a signature asks for, and finishes the act.
func (v *visitor) confirmed(label string) {
	v.t.Helper()
	v.send(label, nil)
	v.sees("Confirmer votre identité")
	for n := range v.root.Descendants() {
		if href := attribute(n, "href"); n.Data == "a" && strings.Contains(href, "step-up") {
			v.open(href + "&" + url.Values{"login_hint": {v.env.person(v.t, v.who).Login}}.Encode())
			v.sees("Votre identité est confirmée")
			v.send(label, nil)
			return
		}
	}
	v.t.Fatalf("no way to confirm at %s", v.path)
}
