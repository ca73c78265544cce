package vault

import (
	"errors"
	"fmt"

	"cloison/act"
	"cloison/crypto/keyholder"
	"cloison/internal/db"
	"cloison/medical/store"
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
	ErrExcluded = errors.New("document was set aside")
	ErrCut      = errors.New("content was cut")

	errWhole    = errors.New("of the whole content")
	errRejected = errors.New("content was refused by its inspection")
)

// OffsetError: the call does not begin where the content of the document ends.
type OffsetError struct{ Offset int64 }

func (e *OffsetError) Error() string { return fmt.Sprintf("content goes on at %d", e.Offset) }

const notWholeSentence = "Cette pièce ne correspond plus à ce qui a été enregistré ; rien n’en est montré. Prévenez le service informatique en donnant le numéro de la demande."

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
	if err == nil {
		return nil
	}
	var offset *OffsetError
	if errors.As(err, &offset) {
		return act.Wrap(act.Conflict, fmt.Sprintf("Cette pièce a déjà reçu %d octets. Reprenez l’envoi à cet endroit, avec offset=%[1]d.", offset.Offset), err)
	}
	for _, known := range uploadErrors {
		if errors.Is(err, known.cause) {
			return act.Wrap(known.kind, known.sentence, err)
		}
	}
	if name, ok := db.Constraint(err); ok && name == "uploads_pkey" {
		return uploadError(errors.Join(ErrComplete, err))
	}
	return err
}

var uploadErrors = []struct {
	cause    error
	kind     act.Kind
	sentence string
}{
	{ErrShort, act.Invalid, "Le fichier reçu est plus court que la taille annoncée. Rien n’a été gardé ; envoyez-le de nouveau."},
	{ErrLong, act.Invalid, "Le fichier reçu est plus long que la taille annoncée. Rien n’a été gardé ; corrigez la taille et envoyez-le de nouveau."},
	{errWhole, act.Invalid, "Le fichier reçu ne correspond pas à l’empreinte annoncée. Rien n’a été gardé ; envoyez-le de nouveau."},
	{ErrDigest, act.Invalid, "Ce qui a été reçu ne correspond pas à l’empreinte annoncée. Rien de cet envoi n’a été gardé ; recommencez-le."},
	{ErrComplete, act.Conflict, "Cette pièce est déjà complète. Créez une nouvelle pièce pour un autre fichier."},
	{ErrExcluded, act.Conflict, "Cette pièce a été écartée. Créez une nouvelle pièce."},
	{store.ErrOvertaken, act.Conflict, "Un autre envoi de cette pièce a avancé en même temps. Demandez où il en est, puis reprenez à cet endroit."},
	{ErrCut, act.Malformed, "L’envoi s’est interrompu. Les parties entières sont gardées ; demandez où il en est, puis reprenez à cet endroit."},
}

// unavailable is an upload that the store or the database cannot take further. What was refused, or cut, is something else.
func unavailable(err error) error {
	var said *act.Error
	if errors.Is(err, ErrCut) || errors.As(err, &said) && said.Kind != act.Unavailable && said.Kind != act.Internal {
		return err
	}
	return act.Wrap(act.Unavailable, "La suite de cette pièce ne peut pas être enregistrée pour le moment. Les parties entières sont gardées ; reprenez l’envoi dans un instant.", err)
}
