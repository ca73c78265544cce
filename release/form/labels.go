package form

import (
	"embed"
	"encoding/json"
	"fmt"

	"cloison/release"
)

// The words for codes. A line that an opinion was rendered with never changes: the opinion would no longer be the same file. A new word
// for an old code comes with a new version of the form.
//
//go:embed data/labels.json
var labelFile embed.FS

type labels struct {
	Countries   map[string]string       `json:"countries"`
	Prefectures map[string]string       `json:"prefectures"`
	Directions  map[string]string       `json:"directions"`
	Kinds       map[release.Kind]string `json:"kinds"`
}

var words = mustReadLabels()

// mustReadLabels: the file is part of the program, and a test reads it.
func mustReadLabels() labels {
	b, err := labelFile.ReadFile("data/labels.json")
	var l labels
	if err == nil {
		err = json.Unmarshal(b, &l)
	}
	if err != nil {
		panic(fmt.Sprintf("reading the labels of the forms: %v", err))
	}
	return l
}

// word is the label of a code, or the code itself: a country that has no line yet still has its ISO code.
func word[K ~string](table map[K]string, code K) string {
	if label, ok := table[code]; ok {
		return label
	}
	return string(code)
}
