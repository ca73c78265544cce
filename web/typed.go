package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cloison/act"
)

// The names of a form that are no field of its operation.
const (
	keyName    = "_key"    // against a double submit
	addName    = "_add"    // the button that shows one more block of a list
	removeName = "_remove" // the button that takes one away
	rereadName = "_reread" // carried by what was shown once more before its act
	backName   = "_back"   // the button that goes back from there, to mend
)

// fieldLimit bounds the fields of one form: the largest honest one has a few hundred.
const fieldLimit = 2000

// Typed is what a person typed into a form, kept word for word so that a refusal loses nothing, and what is wrong with it. A field is named
// by its path in the operation's input: `applicant.legal_representatives.0.family_name`.
type Typed struct {
	Key     string   // of this form: submitting it twice does its act once
	Problem *Problem // why it was refused; nil on a form that nobody has sent yet
	File    *File    // of a form that carries one; nil where none was chosen
	values  map[string][]string
	wrong   map[string]string
	more    map[string]int // blocks asked for, by list
	reread  bool           // shown, or sent, once more before its act
}

// Text is the value of a field, "" when none was typed.
func (t Typed) Text(path string) string {
	if values := t.values[path]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// All are the values of a field that may have several, such as checkboxes of one name.
func (t Typed) All(path string) []string { return t.values[path] }

// Sent says that somebody typed: an unticked box then means no, and not yet undecided.
func (t Typed) Sent() bool { return t.values != nil }

// Rereads says that the page shows what was typed once more, before an act that nothing takes back. Its form carries Fields, hidden.
func (t Typed) Rereads() bool { return t.reread && t.Problem == nil }

// Fields are all that was typed, by name.
func (t Typed) Fields() []Field {
	var fields []Field
	for _, name := range sortedNames(t.values) {
		for _, value := range t.values[name] {
			fields = append(fields, Field{name, value})
		}
	}
	return fields
}

// Again is the field by which a form says that it was read again.
func (t Typed) Again() Field { return Field{rereadName, "1"} }

// Wrong is what to mend in a field, in a sentence; "" where nothing is.
func (t Typed) Wrong(path string) string { return t.wrong[path] }

// Misfits are the paths of the fields to mend.
func (t Typed) Misfits() []string {
	var paths []string
	for path := range t.wrong {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}

// Count is how many blocks of a list to show.
func (t Typed) Count(list string) int { return max(t.blocks(list), t.more[list]) }

// Set gives a field what the person does not type: what the session, the address or a rule says.
func (t *Typed) Set(path string, values ...string) {
	if t.values == nil {
		t.values = map[string][]string{}
	}
	t.values[path] = values
}

// blocks counts the elements that have a field.
func (t Typed) blocks(list string) int {
	count := 0
	for name := range t.values {
		if i, _, ok := elementOf(name, list); ok {
			count = max(count, i+1)
		}
	}
	return count
}

// blockLimit bounds the elements of one list, before any rule of the operation does.
const blockLimit = 200

// elementOf reads `list.3.rest`; rest is "" for a plain value.
func elementOf(name, list string) (index int, rest string, ok bool) {
	tail, ok := strings.CutPrefix(name, list+".")
	if !ok {
		return 0, "", false
	}
	number, rest, _ := strings.Cut(tail, ".")
	index, err := strconv.Atoi(number)
	if err != nil || index < 0 || index >= blockLimit || strconv.Itoa(index) != number {
		return 0, "", false
	}
	return index, rest, true
}

// remove takes one element out of a list and closes the gap.
func (t *Typed) remove(list string, gone int) {
	kept := map[string][]string{}
	for name, values := range t.values {
		i, rest, ok := elementOf(name, list)
		switch {
		case !ok || i < gone:
			kept[name] = values
		case i > gone:
			renamed := list + "." + strconv.Itoa(i-1)
			if rest != "" {
				renamed += "." + rest
			}
			kept[renamed] = values
		}
	}
	t.values = kept
}

// parseForm reads an urlencoded body. It is as strict as the query: nothing that two readers could read differently. A name may come
// several times, as ticked boxes do.
func parseForm(raw []byte) (map[string][]string, error) {
	if strings.Count(string(raw), "&") >= fieldLimit {
		return nil, illegible()
	}
	values, err := url.ParseQuery(string(raw))
	if err != nil {
		return nil, illegible()
	}
	return values, tidy(values)
}

func illegible() error {
	return refusal(act.Malformed, "Le formulaire est arrivé illisible. Rechargez la page, puis recommencez.")
}

// tidy refuses what is no text, and takes off what a browser adds: the lines of a text area come with CR LF.
func tidy(values map[string][]string) error {
	for name, all := range values {
		for i, value := range all {
			if !utf8.ValidString(name) || !utf8.ValidString(value) {
				return illegible()
			}
			all[i] = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
		}
	}
	return nil
}

// take removes one of the names that are no field, and refuses it twice.
func take(values map[string][]string, name string) (string, error) {
	all := values[name]
	delete(values, name)
	switch len(all) {
	case 0:
		return "", nil
	case 1:
		return all[0], nil
	}
	return "", malformed()
}

func sortedNames(values map[string][]string) []string {
	var names []string
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
