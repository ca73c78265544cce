package desk

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"cloison/medical"
	"cloison/web/layout"
)

// The closed list of events is read from its source, so that an event that is added later is missed here.
func TestEveryEventHasItsWords(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		literal, ok := spec.Values[0].(*ast.BasicLit)
		if !ok {
			return true
		}
		code, err := strconv.Unquote(literal.Value)
		if err != nil {
			t.Fatal(err)
		}
		found++
		if wordsOfEvent(medical.EventType(code)) == "" {
			t.Errorf("%s has no words", code)
		}
		return true
	})
	if found < 50 {
		t.Errorf("%d events found: the list is not where it was", found)
	}
}

// Every form says, once it is done, what was done.
func TestEveryFormSaysWhatWasDone(t *testing.T) {
	for _, code := range []string{"summons_sent", "complement_asked", "exams_asked", "completion_asked", "request_closed", "summons_cancelled", "delivery_recorded",
		"event_recorded", "mail_registered", "certificate_rejected", "dossier_closed", "signal_confirmed", "member_replaced", "round_opened", "signature_refused",
		"supplement_added", "hold_changed"} {
		if layout.Say(code) == "" {
			t.Errorf("nothing is said of %s", code)
		}
	}
}

// What stands in a select is what the operation takes: a page never offers a code that is refused as unknown.
func TestThePagesOfferWhatTheOperationsTake(t *testing.T) {
	for _, c := range []struct {
		tag  string
		list []choice
	}{
		{"LRAR LRAR_ELECTRONIQUE LETTRE_SIMPLE REMISE REMISE_EN_MAIN MSSANTE", modeChoices},
		{"LRAR LRAR_ELECTRONIQUE LETTRE_SIMPLE REMISE REMISE_EN_MAIN", modeChoices[:4]},
		{"HOPITAL MEDECIN_TRAITANT AUTRE_PROFESSIONNEL RAPPORTEUR", recipientChoices},
		{"DEFAUT_DEMANDEUR ERREUR_SERVICE EXCUSE_LEGITIME COURRIER_NPAI", absenceChoices},
		{"ERREUR_SERVICE EXCUSE_LEGITIME COURRIER_NPAI", cancelChoices},
		{"NPAI NON_RECLAME REFUSE", returnChoices},
		{"DATE LIEU PIECE_IDENTITE INTERPRETE MEDECIN_DE_SON_CHOIX REPRESENTANT_LEGAL EMPECHEMENT CONSEQUENCES_ABSENCE LANGUE", mentionChoices},
		{"RETRAIT DECES SAISINE_ANNULEE DOUBLON MAUVAISE_SAISINE", closureChoices},
		{"SYNTHESE_NON_CONFORME DUREE_NON_ACCEPTEE PROCEDURE_INEXACTE ELEMENT_NOUVEAU IMPARTIALITE", signatureRefusalChoices},
	} {
		for _, one := range c.list {
			if !strings.Contains(" "+c.tag+" ", " "+one.code+" ") {
				t.Errorf("%s is not taken", one.code)
			}
		}
	}
}
