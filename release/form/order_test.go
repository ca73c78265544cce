package form_test

import (
	"strings"
	"testing"

	"cloison/release"
)

// Each form says its parts in the order in which a person reads them, in every way of taking a text out of a document: as poppler guesses it, as it
// stands on the page, as it was written, and as a screen reader hears it. Forms C, D and E, every version that is drawn. Poppler's guess reads the
// table of references by columns, its names before its values: there alone a value is not asked for beside its name.
func TestEachFormIsReadInItsOrder(t *testing.T) {
	t.Parallel()
	seen := map[release.Annexe]bool{}
	for _, s := range stories() {
		path := save(t, render(t, s.opinion, s.names).Unsealed())
		seen[s.opinion.Form.Annexe] = true
		for i, way := range [][]string{{"pdftotext", path, "-"}, {"pdftotext", "-layout", path, "-"}, {"pdftotext", "-raw", path, "-"}, {"pdfinfo", "-struct-text", path}} {
			said := normal(strings.ReplaceAll(tool(t, way[0], way[1:]...), "\"", " "))
			if missing := inOrder(said, partsOf(s, i > 0)); missing != "" {
				t.Errorf("%s, by %s %s: %q is missing, or not in its place:\n%s", s.name, way[0], way[1], missing, said)
			}
		}
	}
	if len(seen) != 3 {
		t.Errorf("forms that were read: %v", seen)
	}
}

// partsOf are the words that stand one after the other on an opinion.
func partsOf(s story, values bool) []string {
	parts := []string{"Office français de l'immigration et de l'intégration", "Avis du", "Références", "Numéro AGDREF", s.names.AGDREF, "Nom", s.names.Patient.FamilyName,
		"Prénoms", "Date de naissance", "Préfecture"}
	if !values {
		parts = []string{"Office français de l'immigration et de l'intégration", "Avis du", "Références", "Numéro AGDREF", "Nom", "Prénoms", "Date de naissance", "Préfecture"}
	}
	parts = append(parts, "Références juridiques", "Articles", "Arrêté du 27 décembre 2016", "Décision "+s.opinion.Decision.Ref, "Éléments de procédure")
	if s.opinion.StageReport != nil {
		parts = append(parts, "Au stade de l'élaboration du rapport")
	}
	parts = append(parts, "Au stade de l'élaboration de l'avis", "Après en avoir délibéré", "1. L'état de santé", "nécessite une prise en charge", "ne nécessite pas",
		"2. Le défaut de prise en charge", "peut entraîner", "ne devrait pas entraîner", "3. Eu égard à l'offre de soins", "peut y bénéficier", "ne peut pas y bénéficier",
		"4. Durée prévisible des soins", "5. Au vu des éléments du dossier", "peut lui permettre de voyager", "ne peut pas lui permettre", "Avis rendu le")
	for _, author := range s.names.Authors {
		parts = append(parts, author.FamilyName)
	}
	return append(parts, "Avis "+s.opinion.ID, "version", string(s.opinion.Form.Version))
}

// inOrder is the first part that does not come after those before it; "" where all do.
func inOrder(said string, parts []string) string {
	for _, part := range parts {
		at := strings.Index(said, part)
		if at < 0 {
			return part
		}
		said = said[at+len(part):]
	}
	return ""
}
