package reference

// Rule is one rule of the procedure, and the test that would fail if it were broken. The registry is for whoever asks what the law says here and
// what shows it: no program decides anything by it.
type Rule struct {
	ID        string     `json:"id"` // T1 to T26, INV1 to INV14, REQ-1 to REQ-24, SC1 to SC20
	Rule      string     `json:"rule"`
	Source    string     `json:"source"`
	Certainty []string   `json:"certainty"`  // V verified, V17 in the text of 2017, VS in a secondary source, M from memory, I inferred
	From      *Date      `json:"valid_from"` // of the text or the decision it comes from
	To        *Date      `json:"valid_to"`
	Tests     []RuleTest `json:"tests"`
	Missing   string     `json:"missing,omitempty"`   // why no test shows it yet; only without tests
	Note      string     `json:"note,omitempty"`      // what the tests do not show
	Shown     []Words    `json:"shown,omitempty"`     // where pages say it, each time with « à confirmer »
	NotShown  string     `json:"not_shown,omitempty"` // why no page says an uncertain rule
}

// RuleTest names a test by its function, or its Rego rule, and its file.
type RuleTest struct {
	Name string `json:"name"`
	In   string `json:"in"`
}

// Words are words of a page by which it says a rule, and the source file of that page.
type Words struct {
	In    string `json:"in"`
	Words string `json:"words"`
}

// Rules is the registry, in the order of the procedure. It is read when asked for: no service needs it.
func Rules() []Rule { return load[Rule]("rules") }

// Uncertain says that the rule, or a part of it, could not be read in a text: pages that say it say « à confirmer ».
func (r Rule) Uncertain() bool {
	for _, c := range r.Certainty {
		if c == "M" || c == "I" {
			return true
		}
	}
	return false
}
