package main

import (
	"errors"
	"fmt"

	"cloison/crypto/custody/hardware"
	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// explained says to a custodian what to do next. The error itself stands after it, for who reads the journal (TestBadInputSaysWhatToDo).
func explained(err error) error {
	for _, e := range []struct {
		is       error
		sentence string
	}{
		{hardware.ErrToken, "le jeton n'ouvre pas cette clé : lisez ci-dessous ce qu'il répond, puis recommencez ; keyholder n'a rien reçu"},
		{keystore.ErrTampered, "ce fichier du coffre, ou cette clé, est abîmé ou a été changé : remettez-le d'une copie, puis recommencez ; rien n'a été fait"},
		{keyholder.ErrRefused{Rule: wire.RuleShare}, "keyholder ne reconnaît pas cette part : elle est d'avant de nouvelles parts, d'un autre coffre, ou abîmée ; les parts déjà données comptent toujours"},
		{keyholder.ErrRefused{Rule: wire.RuleKeystore}, "le dossier du coffre a changé : ne réessayez pas, remettez-le d'une copie et prévenez la sécurité (docs/runbooks/unseal.md)"},
		{keyholder.ErrRefused{Rule: wire.RuleNotUnsealable}, "keyholder ne peut pas lire son coffre : vérifiez le disque et les droits du dossier, puis redonnez les parts"},
		{keyholder.ErrRefused{Rule: wire.RuleChain}, "le fichier « chain » n'est pas celui de ce keyholder : remettez la dernière copie, puis rendez-lui les destructions (docs/runbooks/restore.md)"},
		{keyholder.ErrRefused{Rule: wire.RuleQuorum}, "il manque la signature d'un dépositaire : nommez autant de clés qu'il en faut pour ouvrir ; rien n'a été fait"},
		{keyholder.ErrRefused{Rule: wire.RuleOrderNonce}, "l'ordre a attendu trop longtemps, ou keyholder a redémarré : relancez la même commande"},
		{keyholder.ErrRefused{Rule: wire.RuleEpochInUse}, "l'époque en cours ne se détruit pas : faites-en d'abord une nouvelle (docs/runbooks/rotation.md)"},
		{keyholder.ErrRefused{Rule: wire.RuleEpochUnknown}, "ce coffre n'a pas d'époque de ce nom ; rien n'a été fait"},
		{keyholder.ErrRefused{Rule: wire.RuleTag}, "un repère de recherche n'est pas de ce coffre : la base est-elle celle de ce keyholder ? Rien n'a été fait de ce lot"},
		{keyholder.ErrSealed, "keyholder est scellé : ouvrez-le d'abord (docs/runbooks/unseal.md)"},
		{keyholder.ErrUnavailable, "keyholder ne répond pas, ou ne peut plus écrire : vérifiez le socket, la place sur son disque et son journal, puis recommencez"},
	} {
		if errors.Is(err, e.is) {
			return fmt.Errorf("%s\n(%w)", e.sentence, err)
		}
	}
	return err
}
