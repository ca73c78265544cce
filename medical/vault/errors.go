package vault

import (
	"errors"

	"cloison/act"
	"cloison/crypto/keyholder"
)

// ErrNotWhole: what is stored is not what was recorded: changed, moved, cut, or written by no act. It is for an alarm; the person is told
// that nothing is shown.
var ErrNotWhole = errors.New("stored bytes are not what was recorded")

// Errors of an upload.
var (
	ErrShort    = errors.New("content is shorter than declared")
	ErrLong     = errors.New("content is longer than declared")
	ErrDigest   = errors.New("content has another digest than declared")
	ErrComplete = errors.New("document is complete already")
)

const notWholeSentence = "Cette pièce ne correspond plus à ce qui a été enregistré ; rien n'en est montré. Prévenez le service informatique en donnant le numéro de la demande."

func notWhole(cause error) error {
	return act.Wrap(act.Internal, notWholeSentence, errors.Join(ErrNotWhole, cause))
}

// openError is KeyError for an opening: there, a refusal of the compartment is the reader's, and any other means that what is stored is not
// what was recorded.
func openError(err error) error {
	switch {
	case errors.Is(err, keyholder.ErrRefused{Rule: keyholder.RuleCompartment}):
		return act.Wrap(act.Forbidden, "", err)
	case errors.Is(err, keyholder.ErrRefused{}):
		return notWhole(err)
	}
	return KeyError(err)
}

// uploadError says in French what was wrong with an upload, and what to do.
func uploadError(err error) error {
	sentence := ""
	switch {
	case errors.Is(err, ErrShort):
		sentence = "Le fichier reçu est plus court que la taille annoncée. Rien n'a été gardé ; envoyez-le de nouveau."
	case errors.Is(err, ErrLong):
		sentence = "Le fichier reçu est plus long que la taille annoncée. Rien n'a été gardé ; corrigez la taille et envoyez-le de nouveau."
	case errors.Is(err, ErrDigest):
		sentence = "Le fichier reçu ne correspond pas à l'empreinte annoncée. Rien n'a été gardé ; envoyez-le de nouveau."
	case errors.Is(err, ErrComplete):
		return act.Wrap(act.Conflict, "Cette pièce est déjà complète. Créez une nouvelle pièce pour un autre fichier.", err)
	default:
		return err
	}
	return act.Wrap(act.Invalid, sentence, err)
}
