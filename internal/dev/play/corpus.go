package play

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// object is a JSON object as the folder has it; what is sent is cut out of it.
type object = map[string]any

// Case is one dossier of the folder.
type Case struct {
	ID   string `json:"id"`
	Meta struct {
		AsOf time.Time `json:"as_of"`
	} `json:"meta"`
	Referral    object     `json:"referral"`
	Applicant   object     `json:"applicant"`
	Liberty     []object   `json:"liberty_history"`
	Certificate object     `json:"certificate"`
	Rejected    []object   `json:"rejected_certificates"`
	Documents   []Document `json:"documents"`
	Report      object     `json:"report"`
	Events      []Event    `json:"events"`
	Work        Work       `json:"opinion_work"`
	Expected    Expected   `json:"expected"`
	folder      string
}

// Document is one document of a dossier, with its file in the folder.
type Document struct {
	ID         string `json:"id"`
	File       string `json:"file"`
	Stage      string `json:"stage"`
	ReceivedOn string `json:"received_on"`
	raw        object
}

// UnmarshalJSON keeps the whole object beside the fields that the player itself needs.
func (d *Document) UnmarshalJSON(b []byte) error {
	type plain Document
	if err := json.Unmarshal(b, (*plain)(d)); err != nil {
		return err
	}
	return json.Unmarshal(b, &d.raw)
}

// Event is one thing that happened.
type Event struct {
	Seq   int       `json:"seq"`
	At    time.Time `json:"at"`
	Type  string    `json:"type"`
	Actor string    `json:"actor"`
	Stage *string   `json:"stage"`
	Data  object    `json:"data"`
}

// Work is what the physicians did.
type Work struct {
	Compositions   []object `json:"compositions"`
	CountrySources []object `json:"country_sources"`
	Answers        []object `json:"answers"`
	Syntheses      []object `json:"syntheses"`
}

// Expected is what the dossier must give.
type Expected struct {
	FinalState string    `json:"final_state"`
	Opinion    object    `json:"opinion"`
	Superseded []object  `json:"superseded_opinions"`
	Notices    []Notice  `json:"notices"`
	Deadlines  []object  `json:"deadlines"`
	Refusals   []Refusal `json:"refusals"`
	Flags      []string  `json:"flags"`
}

// Notice is one expected message to a prefecture.
type Notice struct {
	Code       string `json:"code"`
	AGDREF     string `json:"agdref"`
	Prefecture string `json:"prefecture"`
	On         string `json:"on"`
	Optional   bool   `json:"optional"`
	Fields     object `json:"fields"`
}

// Refusal is one act that must be refused.
type Refusal struct {
	ID        string    `json:"id"`
	At        time.Time `json:"at"`
	Actor     string    `json:"actor"`
	Action    string    `json:"action"`
	Code      string    `json:"code"`
	Params    object    `json:"params"`
	Audited   bool      `json:"audited"`
	Unchanged bool      `json:"state_unchanged"`
}

func (c *Case) referral(field string) string { return text(c.Referral, field) }

// text is a string field of an object, "" when it is null or absent.
func text(o object, field string) string {
	s, _ := o[field].(string)
	return s
}

// number is an integer field of an object.
func number(o object, field string) int {
	n, _ := o[field].(float64)
	return int(n)
}

// agdrefs lists the administrative files in order.
func (c *Case) agdrefs() []string {
	var list []string
	files, _ := c.Referral["administrative_files"].([]any)
	for _, f := range files {
		if o, ok := f.(object); ok {
			list = append(list, text(o, "agdref"))
		}
	}
	return list
}

// LoadCases reads DIR/cases/*.json. Only keeps one dossier by its id, or one pipeline (sejour, eloignement); empty keeps all.
func LoadCases(dir, only string) ([]*Case, error) {
	files, err := filepath.Glob(filepath.Join(dir, "cases", "*.json"))
	if err != nil {
		return nil, fmt.Errorf("listing dossiers: %w", err)
	}
	slices.Sort(files)
	var list []*Case
	for _, f := range files {
		c, err := loadCase(dir, f)
		if err != nil {
			return nil, err
		}
		if only == "" || only == c.ID || strings.EqualFold(only, c.referral("pipeline")) {
			list = append(list, c)
		}
	}
	if len(list) == 0 {
		return nil, errors.New("aucun dossier à jouer : donnez un dossier qui contient cases/*.json, et un --only qui y existe")
	}
	return list, nil
}

func loadCase(dir, file string) (*Case, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading a dossier: %w", err)
	}
	c := &Case{folder: dir}
	if err := json.Unmarshal(b, c); err != nil {
		return nil, fmt.Errorf("reading %s: %w", filepath.Base(file), err)
	}
	return c, nil
}

// content reads the file of a document; its path stays inside the folder.
func (c *Case) content(d Document) ([]byte, error) {
	root, err := os.OpenRoot(c.folder)
	if err != nil {
		return nil, fmt.Errorf("opening the folder: %w", err)
	}
	defer root.Close()
	b, err := root.ReadFile(filepath.FromSlash(d.File))
	if err != nil {
		return nil, fmt.Errorf("reading document %s: %w", d.ID, err)
	}
	return b, nil
}
