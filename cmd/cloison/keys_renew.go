package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
	"cloison/medical/rotation"
)

// renewable are the keys that are replaced by themselves, as the operator names them.
func renewable() map[string]string {
	return map[string]string{"journal": keystore.KeyCheckpoints, "avis": keystore.KeyOpinions, "recherche": keystore.KeySearch, "statistiques": keystore.KeyStatistics}
}

type renewal struct {
	socket, dir, name, key string
	custodians             []string
}

func renewalFlags(command string, args []string, stdout io.Writer) (renewal, error) {
	var r renewal
	f := keysFlags(command, stdout)
	f.StringVar(&r.socket, "socket", "", "custody.sock")
	f.StringVar(&r.dir, "keystore", "", "dossier du coffre")
	f.StringVar(&r.name, "key", "", "journal, avis, recherche ou statistiques")
	if err := f.Parse(args); err != nil {
		return r, err
	}
	r.custodians = f.Args()
	if err := required(map[string]string{"socket": r.socket, "keystore": r.dir, "key": r.name}); err != nil {
		return r, err
	}
	if r.key = renewable()[r.name]; r.key == "" {
		return r, fmt.Errorf("--key %s : indiquez %s", r.name, strings.Join(slices.Sorted(maps.Keys(renewable())), ", "))
	}
	return r, nil
}

// shownBefore says that others check by a key, and so are given it before it is taken.
func shownBefore(key string) bool {
	return key == keystore.KeyCheckpoints || key == keystore.KeyOpinions
}

// keysNext makes the key that comes next, which stays unused until it is taken. Run again, it shows the same key.
func keysNext(ctx context.Context, args []string, stdout io.Writer) error {
	r, err := renewalFlags("next", args, stdout)
	if err != nil {
		return err
	}
	if !shownBefore(r.key) {
		return fmt.Errorf("la clé « %s » n'a pas de clé publique à donner d'avance : « cloison keys take --key %[1]s » suffit", r.name)
	}
	if err := operator.NextKey(ctx, r.socket, r.key, r.custodians...); err != nil {
		return err
	}
	public, err := keystore.ReadPublic(r.dir)
	if err != nil {
		return err
	}
	_, fingerprint := public.NextKey(r.key)
	fmt.Fprintf(stdout, "Clé suivante (%s) prête, empreinte %s. La clé en cours sert toujours.\n", r.name, fingerprint)
	if r.key == keystore.KeyCheckpoints {
		fmt.Fprintf(stdout, "Donnez le fichier %s du coffre à qui vérifie le journal (medical, server, témoins, auditeurs), redémarrez medical et server, puis « cloison keys take --key journal ».\n", keystore.CheckpointKeyFile)
	} else {
		fmt.Fprintf(stdout, "Faites certifier next-%s et posez le certificat sous next-%s, ajoutez-le à seal_certificate_files de medical et de server, redémarrez-les, puis « cloison keys take --key avis ».\n",
			keystore.OpinionRequestFile, keystore.OpinionCertificateFile)
	}
	return nil
}

// keysTake puts the next key in the place of the present one. Run again after a kill, it says the same.
func keysTake(ctx context.Context, args []string, stdout io.Writer) error {
	r, err := renewalFlags("take", args, stdout)
	if err != nil {
		return err
	}
	before, err := keystore.ReadPublic(r.dir)
	if err != nil {
		return err
	}
	next, fingerprint := before.NextKey(r.key)
	if next == nil && shownBefore(r.key) {
		return fmt.Errorf("aucune clé suivante (%s) n'attend : elle est déjà prise, ou « cloison keys next --key %s » d'abord", r.name, r.name)
	}
	err = operator.TakeKey(ctx, r.socket, r.key, next, r.custodians...)
	switch {
	case errors.Is(err, keyholder.ErrRefused{Rule: wire.RuleKeyNext}):
		return errors.New("keyholder a préparé une autre clé que celle de ce dossier : nommez le dossier du coffre qu'il emploie ; rien n'est changé")
	case errors.Is(err, keyholder.ErrRefused{Rule: keyholder.RuleSealCertificate}):
		return fmt.Errorf("le certificat de la clé suivante n'est pas là : posez-le dans le dossier du coffre sous next-%s ; rien n'est changé", keystore.OpinionCertificateFile)
	case err != nil:
		return err
	}
	switch r.key {
	case keystore.KeyCheckpoints:
		fmt.Fprintf(stdout, "Le journal est signé par la clé %s. Donnez de nouveau %s, qui borne la clé d'avant : passé son dernier point de contrôle, elle ne prouve plus rien.\n", fingerprint, keystore.CheckpointKeyFile)
	case keystore.KeyOpinions:
		fmt.Fprintf(stdout, "Les avis sont scellés par la clé %s. Gardez le certificat d'avant dans seal_certificate_files : les avis déjà rendus se vérifient par lui.\n", fingerprint)
	case keystore.KeyStatistics:
		fmt.Fprintln(stdout, "Les fiches statistiques sont scellées par une nouvelle clé. Celle d'avant reste pour compter les fiches déjà scellées ; la prise suivante l'efface, une fois leurs années comptées.")
	default:
		fmt.Fprintln(stdout, "La recherche a une nouvelle clé. Les anciens repères se trouvent encore ; « cloison keys retag » les fait passer à la nouvelle.")
	}
	return nil
}

// keysRetag brings every search tag to the present key. It may be stopped and begun again at any time.
func keysRetag(ctx context.Context, args []string, stdout io.Writer) error {
	f := keysFlags("retag", stdout)
	socket := f.String("socket", "", "custody.sock")
	database := f.String("database-url-file", "", "base de la zone médicale, avec les droits du propriétaire")
	batch := f.Int("batch", 200, "repères par appel")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := required(map[string]string{"socket": *socket, "database-url-file": *database}); err != nil {
		return err
	}
	if *batch < 1 || *batch > wire.MaxRetag {
		return fmt.Errorf("--batch va de 1 à %d", wire.MaxRetag)
	}
	pool, err := openPool(ctx, *database)
	if err != nil {
		return err
	}
	defer pool.Close()
	moved, err := rotation.Retag(ctx, pool, func(ctx context.Context, class string, tags [][]byte) ([][]byte, error) {
		return operator.Retag(ctx, *socket, class, tags)
	}, *batch)
	fmt.Fprintf(stdout, "%d repères de recherche passés à la clé en cours.\n", moved)
	if err != nil {
		return fmt.Errorf("arrêté en chemin, relancez la même commande pour finir : %w", err)
	}
	return nil
}
