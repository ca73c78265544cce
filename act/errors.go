package act

import (
	"errors"
	"fmt"

	"cloison/policy"
)

// Kind is the problem code of an error. The list is closed.
type Kind string

const (
	Invalid         Kind = "invalid"
	UnknownField    Kind = "unknown_field"
	Malformed       Kind = "malformed"
	Unauthenticated Kind = "unauthenticated"
	Forbidden       Kind = "forbidden"
	StepUpRequired  Kind = "step_up_required"
	Missing         Kind = "not_found"
	Conflict        Kind = "conflict"
	TooLarge        Kind = "too_large"
	Unsupported     Kind = "unsupported"
	RateLimited     Kind = "rate_limited"
	OverBudget      Kind = "over_budget"
	Sealed          Kind = "sealed"
	Unavailable     Kind = "unavailable"
	Internal        Kind = "internal"
)

// Error is an act that was not done. Sentence is French and for the person; Error() is for the journal and holds opaque ids only.
type Error struct {
	Kind     Kind
	Rule     string // refusal code, "" where the person may not know the object
	Sentence string
	Visible  bool
	StepUp   string // for step_up_required: the path to follow
	err      error
}

func (e *Error) Error() string {
	text := string(e.Kind)
	if e.Rule != "" {
		text += " (" + e.Rule + ")"
	}
	if e.err != nil {
		text += ": " + e.err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.err }

// Deny is the error of a domain rule that fn or Load found broken. A rule that policy does not know is a defect: internal.
func Deny(rule string) *Error {
	info, ok := policy.Rule(rule)
	if !ok {
		e := NewError(Internal, sentences[Internal])
		e.err = fmt.Errorf("rule %q is in no table", rule)
		return e
	}
	return &Error{Kind: Kind(info.Kind), Rule: rule, Sentence: info.Sentence, Visible: true}
}

// NewError is an error of a kind with a sentence for the person; without a sentence, the kind's own.
func NewError(kind Kind, sentence string) *Error {
	if sentence == "" {
		sentence = sentences[kind]
	}
	return &Error{Kind: kind, Sentence: sentence, Visible: true}
}

// Wrap is NewError with a cause for the journal.
func Wrap(kind Kind, sentence string, cause error) *Error {
	e := NewError(kind, sentence)
	e.err = cause
	return e
}

// NotFound is the answer for what does not exist, and for what the person may not know of: the two cannot be told apart.
func NotFound() *Error {
	return &Error{Kind: Missing, Sentence: sentences[Missing]}
}

// IsKind says whether err is an Error of that kind.
func IsKind(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}

var sentences = map[Kind]string{
	Invalid:         "La demande contient une valeur qui n’est pas acceptée. Corrigez-la et recommencez.",
	UnknownField:    "La demande contient un champ qui n’est pas attendu. Retirez-le et recommencez.",
	Malformed:       "La demande n’est pas lisible. Vérifiez sa forme et recommencez.",
	Unauthenticated: "Votre session est terminée. Reconnectez-vous, puis recommencez.",
	Forbidden:       "Cette action ne vous est pas permise. Adressez-vous au secrétariat médical de la direction territoriale.",
	StepUpRequired:  "Cet acte demande de confirmer votre identité. Suivez le lien, puis recommencez.",
	Missing:         "Cet élément n’existe pas, ou ne vous est pas accessible. Vérifiez son adresse ou revenez à votre liste.",
	Conflict:        "L’état du dossier a changé. Rechargez la page, puis recommencez.",
	TooLarge:        "L’envoi est trop volumineux. Réduisez-le ou séparez-le en plusieurs pièces.",
	Unsupported:     "Ce format n’est pas accepté. Envoyez le fichier dans un des formats indiqués.",
	RateLimited:     "Trop de demandes en peu de temps. Attendez un instant, puis recommencez.",
	OverBudget:      "Le nombre de dossiers que vous pouvez ouvrir aujourd’hui est atteint. Adressez-vous au responsable de l’habilitation.",
	Sealed:          "Les clés sont sous scellés. Rien n’a été fait ; recommencez quand le service sera rouvert.",
	Unavailable:     "Le service est momentanément indisponible. Rien n’a été fait ; recommencez dans un instant.",
	Internal:        "Une erreur est survenue. Rien n’a été fait ; recommencez, puis signalez le numéro de la demande si elle persiste.",
}
