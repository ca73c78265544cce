package reference

// Letter is the model of a letter that the service composes, paragraph by paragraph.
type Letter struct {
	Code       string      `json:"code"`
	Kind       string      `json:"kind"`
	From       Date        `json:"valid_from"`
	To         *Date       `json:"valid_to"`
	Certainty  string      `json:"certainty"` // to_confirm: no official wording could be read
	Source     string      `json:"source"`
	Note       string      `json:"note,omitempty"`
	Paragraphs []Paragraph `json:"paragraphs"`
}

// Paragraph is one paragraph, and the mention that the law wants and it makes; "" when it makes none.
type Paragraph struct {
	Mention string `json:"mention"`
	Text    string `json:"text"`
}

// LetterOn is the model in force that day.
func LetterOn(kind string, on Date) (Letter, bool) {
	return find(tables.letters, func(l Letter) bool { return l.Kind == kind && within(on, l.From, l.To) })
}
