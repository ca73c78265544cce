package desk

import (
	"strings"
	"testing"

	"cloison/act"
	"cloison/medical"
)

func TestDocumentLimits(t *testing.T) {
	t.Parallel()
	limits := DocumentLimits{
		{DossierKind: "ASR_L7314", DocumentKind: "IMAGERIE", Bytes: 10 << 20},
		{DocumentKind: "IMAGERIE", Bytes: 2 << 30, Pages: 5000},
	}
	for name, c := range map[string]struct {
		dossier, kind string
		size          int64
		pages         int
		says          string // "" is allowed
	}{
		"by default":                    {"SEJ_ALG_67", "ANALYSE", 50 << 20, 500, ""},
		"a byte more":                   {"SEJ_ALG_67", "ANALYSE", 50<<20 + 1, 1, "50 Mio"},
		"a page more":                   {"SEJ_ALG_67", "ANALYSE", 1, 501, "500 pages"},
		"of a kind":                     {"SEJ_ALG_67", "IMAGERIE", 2 << 30, 5000, ""},
		"of a kind, a byte more":        {"SEJ_ALG_67", "IMAGERIE", 2<<30 + 1, 1, "2048 Mio"},
		"of a kind in a kind":           {"ASR_L7314", "IMAGERIE", 10<<20 + 1, 1, "10 Mio"},
		"of a kind in a kind, no pages": {"ASR_L7314", "IMAGERIE", 10 << 20, 100_000, ""},
	} {
		err := limits.check(c.dossier, medical.DocumentInput{Kind: c.kind, Size: c.size, Pages: c.pages})
		if c.says == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		said, ok := err.(*act.Error)
		if !ok || said.Kind != act.TooLarge || !strings.Contains(said.Sentence, c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The bounds that check holds are those that the form says.
func TestTheBoundsAreSaidBeforehand(t *testing.T) {
	t.Parallel()
	limits := DocumentLimits{{DossierKind: "ASR_L7314", DocumentKind: "IMAGERIE", Bytes: 10 << 20}, {DocumentKind: "IMAGERIE", Bytes: 2 << 30, Pages: 5000}}
	kinds := []string{"ANALYSE", "IMAGERIE"}
	for dossier, want := range map[string]string{
		"SEJ_ALG_67": "PDF, image ou texte ; 50 Mio et 500 pages au plus (" + documentWords["IMAGERIE"] + " : 2048 Mio et 5000 pages)",
		"ASR_L7314":  "PDF, image ou texte ; 50 Mio et 500 pages au plus (" + documentWords["IMAGERIE"] + " : 10 Mio)",
	} {
		if got := limits.hint(dossier, kinds); got != want {
			t.Errorf("%s: %s", dossier, got)
		}
	}
	if got := (DocumentLimits{}).hint("SEJ_ALG_67", kinds); got != "PDF, image ou texte ; 50 Mio et 500 pages au plus" {
		t.Error(got)
	}
}
