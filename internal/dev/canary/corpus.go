package canary

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

// Case is what to look for after one dossier of the folder of cases was played.
type Case struct {
	Medical []Token // under medical secrecy: nowhere outside a physician's answers
	Civil   []Token // names, birth, address, contact, AGDREF: not in the medical zone in clear, not in any log
}

type civil struct {
	FamilyName string   `json:"family_name"`
	UsageName  string   `json:"usage_name"`
	GivenNames []string `json:"given_names"`
	BirthDate  string   `json:"birth_date"`
	BirthPlace string   `json:"birth_place"`
	Address    string   `json:"address"`
	Phone      string   `json:"phone"`
	Email      string   `json:"email"`
	Documents  []struct {
		Number string `json:"number"`
	} `json:"identity_documents"`
}

// ReadCase reads a file of sample/cases.
func ReadCase(raw []byte) (Case, error) {
	var in struct {
		Applicant struct {
			Patient         civil   `json:"patient"`
			Representatives []civil `json:"legal_representatives"`
		} `json:"applicant"`
		Referral struct {
			Files []struct {
				AGDREF string `json:"agdref"`
			} `json:"administrative_files"`
		} `json:"referral"`
		Canaries []struct {
			Token    string   `json:"token"`
			Pointers []string `json:"pointers"`
		} `json:"canaries"`
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return Case{}, fmt.Errorf("reading a case: %w", err)
	}
	var c Case
	for _, t := range in.Canaries {
		if len(t.Pointers) == 0 {
			return Case{}, fmt.Errorf("reading a case: token %s stands nowhere", t.Token)
		}
		c.Medical = append(c.Medical, Token{Text: t.Token, Name: t.Pointers[0]})
	}
	for _, person := range append(in.Applicant.Representatives, in.Applicant.Patient) {
		c.addCivil(person)
	}
	for _, file := range in.Referral.Files {
		c.add("agdref", file.AGDREF)
	}
	return c, nil
}

func (c *Case) addCivil(p civil) {
	c.add("birth date", p.BirthDate)
	c.add("phone", p.Phone)
	c.add("phone", strings.ReplaceAll(p.Phone, " ", ""))
	c.add("email", p.Email)
	c.add("address", p.Address)
	for _, d := range p.Documents {
		c.add("identity document", d.Number)
	}
	for _, text := range append([]string{p.FamilyName, p.UsageName, p.BirthPlace}, p.GivenNames...) {
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
			c.add("civil name", word)
		}
	}
	for _, word := range strings.FieldsFunc(p.Address, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }) {
		if strings.Contains(word, "-") { // the street's own name; "passage" or "Paris" stand elsewhere too
			c.add("address", word)
		}
	}
}

// add leaves out what is too short to mean anything, and what is known.
func (c *Case) add(name, text string) {
	if len(text) < shortest+1 {
		return
	}
	for _, t := range c.Civil {
		if t.Text == text {
			return
		}
	}
	c.Civil = append(c.Civil, Token{Text: text, Name: name})
}

// Size and number of the excerpts of a file.
const (
	excerptBytes = 24
	excerpts     = 3
	mostAlike    = 6 // times that one byte may stand in an excerpt: a white margin is in every picture
)

// Excerpts are pieces out of the middle of a file, to be looked for as they are: the words that a PDF or a picture shows do not stand in its
// bytes. A file too short for that is an error.
func Excerpts(name string, content []byte) ([]Token, error) {
	if len(content) < (excerpts+1)*2*excerptBytes {
		return nil, fmt.Errorf("taking excerpts of %s: the file is too short", name)
	}
	var all []Token
	for i := range excerpts {
		at := len(content) * (i + 1) / (excerpts + 1)
		for tried := 0; monotonous(content[at : at+excerptBytes]); tried++ {
			if tried == len(content) {
				return nil, fmt.Errorf("taking excerpts of %s: the file says the same everywhere", name)
			}
			at = (at + 1) % (len(content) - excerptBytes)
		}
		all = append(all, Token{Text: string(content[at : at+excerptBytes]), Name: fmt.Sprintf("%s, byte %d", name, at), Raw: true})
	}
	return all, nil
}

func monotonous(piece []byte) bool {
	var times [256]int
	for _, b := range piece {
		if times[b]++; times[b] > mostAlike {
			return true
		}
	}
	return false
}
