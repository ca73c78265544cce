package layout

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Typed is what a form was sent with, and what is wrong with it. web.Typed is one.
type Typed interface {
	Text(path string) string
	All(path string) []string
	Count(list string) int
	Sent() bool
	Wrong(path string) string
	Misfits() []string
}

// Form is a form on its page: where it goes, its fields as they were typed, and why it was refused.
type Form struct {
	Action  string // path that it is posted to
	Key     string // against a double submit
	Filed   bool   // it carries a file
	Refused *Refused
	Faults  []Fault // in the order of the page
	Draft   *Draft  // kept while it is typed; nil where nothing is

	typed Typed
	known map[string]string // initial values, for a form that nobody has sent yet
	leads map[string]string // what is filled from another field -> that field
}

// Follows says that a value is taken from another field where it is left out: what is wrong with both is said once, beside the one to fill.
func (f *Form) Follows(lead string, names ...string) {
	if f.leads == nil {
		f.leads = map[string]string{}
	}
	for _, name := range names {
		f.leads[name] = lead
	}
}

// wrong is the sentence of a field, unless it is wrong by that of another.
func (f *Form) wrong(name string) string {
	if lead := f.leads[name]; lead != "" && f.typed.Wrong(lead) != "" {
		return ""
	}
	return f.typed.Wrong(name)
}

// Draft is what the server keeps of a form that is being typed: where it goes, and what was taken up again.
type Draft struct {
	Path    string    // of the interface, for the script that saves it
	Base    string    // the version of what the form writes
	SavedAt time.Time // of the draft that the page shows; zero: none
	Drop    *Form     // gives it up
}

// Refused is why a form came back: the rule in a sentence, and who can change it.
type Refused struct {
	Sentence string
	Rule     string
	Request  string
	Yours    bool // it is about what was typed: whoever filled the form can mend it
}

// Grantor names who can change what the rule refuses, where a rule speaks.
func (r Refused) Grantor() string {
	_, known := grantors[r.Rule]
	switch {
	case r.Rule == "":
		return ""
	case r.Yours && !known:
		return "Vous-même\u00a0: corrigez ce formulaire, puis renvoyez-le."
	}
	return GrantorOf(r.Rule)
}

// Fault is a line of the summary of what to mend. ID is "" for a field that the page does not show.
type Fault struct{ ID, Label, Sentence string }

// NewForm is a form that may have been sent. known gives fields their first value; what was typed, be it nothing, wins over it.
func NewForm(action, key string, typed Typed, known map[string]string) *Form {
	return &Form{Action: action, Key: key, typed: typed, known: known}
}

// Field is one question of a form.
type Field struct {
	Kind     string // text, date, datetime, number, area, select, radio, ticks, tick, file, hidden
	ID       string
	Name     string
	Label    string
	Hint     string
	Value    string
	Error    string
	Optional bool // the label says so
	Wide     bool // takes the whole row
	Short    bool
	Rows     int
	Mark     string   // "rempli", "à remplir", "repris du certificat", for a form that is filled over time
	Suggest  []string // words that a browser offers to complete
	Options  []Option
}

// Option is one answer to choose.
type Option struct {
	ID, Value, Label, Hint string
	On                     bool
	Barred                 bool // cannot be chosen; Hint says by which rule
}

// Block is a group of fields that belong together; Remove is the place that its button takes away, "" for none.
type Block struct {
	ID, Legend, Hint string
	Fields           []Field
	Remove           string
	Add              *Add // the button that shows one more block after this one
}

// Add is a button that shows one more block of a list, and does nothing else. At is the id of the block that it shows, where the keyboard then goes on;
// empty: it stays at the button.
type Add struct{ List, Label, At string }

// Text is a field of one line.
func (f *Form) Text(name, label, hint string) Field { return f.field("text", name, label, hint) }

// Date is a field of one day.
func (f *Form) Date(name, label, hint string) Field { return f.field("date", name, label, hint) }

// Number is a field of one whole number.
func (f *Form) Number(name, label, hint string) Field {
	field := f.field("number", name, label, hint)
	field.Short = true
	return field
}

// Area is a field of several lines.
func (f *Form) Area(name, label, hint string, rows int) Field {
	field := f.field("area", name, label, hint)
	field.Rows, field.Wide = rows, true
	return field
}

// Hidden is a field that the person does not see.
func (f *Form) Hidden(name, value string) Field {
	return Field{Kind: "hidden", Name: name, Value: value}
}

// File is the one file of a form: its last field, for what is said of it goes first.
func (f *Form) File(label, hint string) Field {
	f.Filed = true
	field := f.field("file", "_file", label, hint)
	field.Wide, field.Value = true, ""
	return field
}

// Select is a choice among many.
func (f *Form) Select(name, label, hint string, options ...Option) Field {
	return f.choice("select", name, label, hint, options)
}

// Radio is a choice among few.
func (f *Form) Radio(name, label, hint string, options ...Option) Field {
	return f.choice("radio", name, label, hint, options)
}

// Ticks is any number of answers among several.
func (f *Form) Ticks(name, label, hint string, options ...Option) Field {
	field := f.field("ticks", name, label, hint)
	field.Wide = true
	for i, option := range options {
		option.ID = field.ID + "-" + strconv.Itoa(i+1)
		for _, value := range f.values(name) {
			option.On = option.On || value == option.Value
		}
		field.Options = append(field.Options, option)
	}
	return field
}

// Tick is one box that means yes.
func (f *Form) Tick(name, label, hint string) Field {
	field := f.field("tick", name, label, hint)
	field.Options = []Option{{ID: field.ID, Value: "true", Label: label, On: f.value(name) == "true"}}
	return field
}

// YesNo is a question whose answer is never guessed.
func (f *Form) YesNo(name, label, hint string) Field {
	return f.Radio(name, label, hint, Option{Value: "true", Label: "Oui"}, Option{Value: "false", Label: "Non"})
}

func (f *Form) choice(kind, name, label, hint string, options []Option) Field {
	field := f.field(kind, name, label, hint)
	for i, option := range options {
		option.ID = field.ID + "-" + strconv.Itoa(i+1)
		option.On = option.Value == field.Value
		field.Options = append(field.Options, option)
	}
	return field
}

func (f *Form) field(kind, name, label, hint string) Field {
	field := Field{Kind: kind, ID: idOf(name), Name: name, Label: label, Hint: hint, Value: f.value(name), Error: f.wrong(name)}
	if field.Error != "" {
		id := field.ID
		if kind == "radio" || kind == "ticks" {
			id += "-1" // the first answer is what a link can reach
		}
		f.Faults = append(f.Faults, Fault{ID: id, Label: label, Sentence: field.Error})
	}
	return field
}

func (f *Form) value(name string) string {
	if f.typed.Sent() {
		return f.typed.Text(name)
	}
	return f.known[name]
}

func (f *Form) values(name string) []string {
	if f.typed.Sent() {
		return f.typed.All(name)
	}
	if first := f.known[name]; first != "" {
		return strings.Split(first, ",")
	}
	return nil
}

// Count is how many blocks of a list to show, at least least.
func (f *Form) Count(list string, least int) int { return max(least, f.typed.Count(list)) }

// Refuse says why the form came back. What is wrong with a field that the page does not show stands in the summary all the same.
func (f *Form) Refuse(r Refused) {
	f.Refused = &r
	shown := map[string]bool{}
	for _, fault := range f.Faults {
		shown[fault.ID] = true
	}
	for _, path := range f.typed.Misfits() {
		if id := idOf(path); !shown[id] && !f.within(id) && f.wrong(path) != "" {
			f.Faults = append(f.Faults, Fault{Label: path, Sentence: f.wrong(path)})
		}
	}
}

// within says that a part of what an id names is in the summary already, or one of its answers.
func (f *Form) within(id string) bool {
	return slices.ContainsFunc(f.Faults, func(fault Fault) bool { return strings.HasPrefix(fault.ID, id+"-") })
}

// idOf is a name as an HTML id.
func idOf(name string) string { return "c-" + strings.NewReplacer(".", "-", "_", "-").Replace(name) }

// Optionally marks fields that may stay empty.
func Optionally(fields ...Field) []Field {
	for i := range fields {
		fields[i].Optional = true
	}
	return fields
}
