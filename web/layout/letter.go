package layout

// LetterView is a letter as its addressee reads it. What surrounds the sheet stays on the screen: only the sheet is printed.
type LetterView struct {
	Shell
	Heading    string
	Back       Action
	Badges     []Badge
	Clock      *Clock
	Place      string
	To, For    string // For: the minor whose representative it goes to
	Address    []string
	Mode       string
	Number     string // of a registered letter
	SentOn     string
	Paragraphs []string
	Language   string // that the addressee understands
	Doubt      string // what is not certain of its text
}

// French says that the addressee reads the letter as it is.
func (v LetterView) French() bool { return v.Language == LanguageName("fr") }

// LanguageName is the French name of a language, or its code where it has none here.
func LanguageName(code string) string {
	for _, one := range languages {
		if one.Code == code {
			return one.Label
		}
	}
	return code
}
