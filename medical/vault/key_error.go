package vault

import (
	"errors"

	"cloison/act"
	"cloison/crypto/keyholder"
)

// KeyError says in the person's words what keyholder answered; nil stays nil. A refusal of its own is a conflict: what was asked does not
// fit what keyholder knows.
func KeyError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, keyholder.ErrSealed):
		return act.Wrap(act.Sealed, "", err)
	case errors.Is(err, keyholder.ErrUnauthenticated):
		return act.Wrap(act.Unauthenticated, "", err)
	case errors.Is(err, keyholder.ErrOverBudget):
		return act.Wrap(act.OverBudget, "", err)
	case errors.Is(err, keyholder.ErrRateLimited):
		return act.Wrap(act.RateLimited, "", err)
	case errors.Is(err, keyholder.ErrRefused{}):
		return act.Wrap(act.Conflict, "", err)
	}
	return act.Wrap(act.Unavailable, "", err)
}

const sayPasskeyRefused = "Votre clé d’accès n’a pas confirmé cet acte. Rien n’est signé et votre session reste ouverte : revenez au dossier, puis recommencez avec la clé que les dépositaires ont confirmée."

// PasskeyError is KeyError for what an authenticator answered: a nonce that is over, or a key that is not on the roster, ends no session.
func PasskeyError(err error) error {
	if errors.Is(err, keyholder.ErrUnauthenticated) || errors.Is(err, keyholder.ErrRefused{}) {
		return act.Wrap(act.Conflict, sayPasskeyRefused, err)
	}
	return KeyError(err)
}
