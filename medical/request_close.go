package medical

import (
	"fmt"
	"log/slog"
)

// ClosureInput is what closeRequest takes: the data of the event that answers a request, with its type. What the answer says is sealed.
type ClosureInput struct {
	Type          string   `json:"type" validate:"required,oneof=COMPLEMENT_RECU COMPLEMENT_REFUSE EXAMENS_PRODUITS CONVOCATION_ANNULEE COMPLETUDE_RECUE"`
	Ref           *string  `json:"ref" validate:"omitnil,max=32"`
	Stage         *string  `json:"stage" validate:"omitnil,oneof=RAPPORT AVIS"`
	AnswerSummary *string  `json:"answer_summary" validate:"required_if=Type COMPLEMENT_RECU,omitnil,min=1,max=20000"`
	ReasonCode    *string  `json:"reason_code" validate:"omitnil,oneof=SECRET SANS_ACCORD PLUS_SUIVI PERSONNE_INCONNUE"`
	Cause         *string  `json:"cause" validate:"required_if=Type CONVOCATION_ANNULEE,omitnil,oneof=ERREUR_SERVICE EXCUSE_LEGITIME COURRIER_NPAI"`
	DocumentIDs   []string `json:"document_ids" validate:"required_if=Type EXAMENS_PRODUITS,max=100,dive,max=64"`
}

func (ClosureInput) Format(f fmt.State, _ rune) { redact(f) }
func (ClosureInput) LogValue() slog.Value       { return slog.StringValue(redacted) }

// ReplyContent is what is sealed of an answer in the medical compartment.
type ReplyContent struct {
	AnswerSummary string `json:"answer_summary"`
}

func (ReplyContent) Format(f fmt.State, _ rune) { redact(f) }
func (ReplyContent) LogValue() slog.Value       { return slog.StringValue(redacted) }

var closureFields = map[string][]string{
	string(EvComplementReceived): {"answer_summary"},
	string(EvComplementRefused):  {"reason_code"},
	string(EvExamsProduced):      {"document_ids"},
	string(EvSummonsCancelled):   {"cause"},
	string(EvCompletionReceived): {},
}

// Close checks the outcome of a request and makes its event. It belongs to the stage of its request: what comes after that stage ended is
// recorded, and ticks no box.
func (c Case) Close(ref string, in ClosureInput) (EventData, Stage, error) {
	if err := onlyFields(in, append(closureFields[in.Type], "type", "ref", "stage")); err != nil {
		return nil, StageNone, err
	}
	if in.Ref != nil && *in.Ref != ref {
		return nil, StageNone, invalid("ref", "La référence du corps n’est pas celle de l’adresse. Corrigez-la, puis recommencez.")
	}
	r, err := c.CheckOutcome(ref, EventType(in.Type))
	if err != nil {
		return nil, StageNone, err
	}
	if err := CheckStage(in.Stage, r.Asked.Stage); err != nil {
		return nil, StageNone, err
	}
	return closing(ref, in), r.Asked.Stage, nil
}

func closing(ref string, in ClosureInput) EventData {
	switch EventType(in.Type) {
	case EvComplementReceived:
		return ComplementRecu{Ref: ref}
	case EvComplementRefused:
		return ComplementRefuse{Ref: ref, ReasonCode: value(in.ReasonCode)}
	case EvExamsProduced:
		return ExamensProduits{Ref: ref, DocumentIDs: in.DocumentIDs}
	case EvSummonsCancelled:
		return ConvocationAnnulee{Ref: ref, Cause: value(in.Cause)}
	}
	return CompletudeRecue{Ref: ref}
}
