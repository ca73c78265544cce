package launch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
	"cloison/identity"
	"cloison/internal/dev/provider"
)

// Where the keys stand under keys/.
const (
	keystoreDir      = "keystore"
	custodiansDir    = "custodians"
	recoveryKeyFile  = "recovery.key"
	acknowledgements = "acknowledgement"
	logKeys          = "log"

	sealCertificateFile = keystoreDir + "/" + keystore.OpinionCertificateFile
	recipientKeyFile    = keystoreDir + "/" + keystore.RecipientKeyFile
	ackKeyFile          = acknowledgements + "/" + keystore.AcknowledgementKeyFile
	ackPublicFile       = acknowledgements + "/" + keystore.AcknowledgementPublicFile

	useSocket     = "use.sock"
	custodySocket = "custody.sock"
)

// Custodians: three, two of whom open.
const (
	custodians = 3
	quorum     = 2
)

// habilitatedFrom: a people file gives habilitations without dates,
// and dossiers of demonstration go back years.
const habilitatedFrom = "2000-01-01"

// ensureKeys makes everything secret at the first start, and finds it at the next.
func (e *environment) ensureKeys(context.Context) error {
	if err := e.ensureRelay(); err != nil {
		return err
	}
	if err := e.ensureMachines(); err != nil {
		return err
	}
	if _, err := os.Stat(e.key(ackPublicFile)); errors.Is(err, os.ErrNotExist) {
		if err := anew(e.key(acknowledgements)); err != nil {
			return err
		}
		if err := keystore.InitAcknowledgement(e.key(acknowledgements)); err != nil {
			return err
		}
	}
	if _, err := os.Stat(e.logKey(keystore.MedicalWitness + ".pub")); errors.Is(err, os.ErrNotExist) {
		if err := anew(e.key(logKeys)); err != nil {
			return err
		}
		if err := keystore.InitLog(e.key(logKeys)); err != nil {
			return err
		}
	}
	_, err := keystore.ReadPublic(e.key(keystoreDir))
	if !errors.Is(err, os.ErrNotExist) {
		return err
	}
	// The description is written last: without it the rest is of an interrupted start.
	for _, path := range []string{keystoreDir, custodiansDir, recoveryKeyFile} {
		if err := anew(e.key(path)); err != nil {
			return err
		}
	}
	return keystore.Init(e.key(keystoreDir), keystore.Options{
		Environment: Environment, Zone: "medical", Epoch: strconv.Itoa(e.clock.Now().Year()), N: custodians, K: quorum,
		Custodians: e.key(custodiansDir), Recovery: e.key(recoveryKeyFile),
	})
}

// logKey names a file of keystore.InitLog; its last one is written last.
func (f folder) logKey(name string) string { return f.at("keys", logKeys, name) }

func anew(path string) error {
	if err := os.RemoveAll(path); err != nil {
		return fmt.Errorf("clearing an interrupted start: %w", err)
	}
	return nil
}

func (e *environment) startKeyholder(ctx context.Context) error {
	return e.startProgram(ctx, "keyholder", e.openKeyholder)
}

// unseal plays the custodians once: it opens keyholder, then tells it who is
// empowered.
func (e *environment) unseal(ctx context.Context) error {
	if err := e.openKeyholder(ctx); err != nil {
		return err
	}
	listings, err := e.ReadListings(e.peopleFiles())
	if err != nil {
		return fmt.Errorf("listing the physicians: %w", err)
	}
	roster := wire.Roster{Lines: e.roster(listings)}
	if err := operator.SetRoster(ctx, e.run(custodySocket), roster, e.custodianKeys()...); err != nil {
		return fmt.Errorf("setting the roster: %w", err)
	}
	e.say("%d habilitations signées pour les dépositaires.", len(roster.Lines))
	return nil
}

// openKeyholder waits for keyholder's socket and gives the shares. It runs again
// after each restart; the roster is in keyholder's own file by then.
func (e *environment) openKeyholder(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		_, err := operator.Status(ctx, e.run(custodySocket))
		if err == nil {
			break
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for keyholder (see %s): %w", e.at("log", "keyholder.log"), err)
		case <-time.After(10 * time.Millisecond):
		}
	}
	if err := operator.Unseal(ctx, e.run(custodySocket), e.key(keystoreDir), e.custodianKeys()...); err != nil {
		return fmt.Errorf("unsealing keyholder: %w", err)
	}
	e.say("keyholder est ouvert : l'outil de développement a joué %d dépositaires sur %d.", quorum, custodians)
	return nil
}

func (e *environment) custodianKeys() []string {
	var paths []string
	for n := 1; n <= quorum; n++ {
		paths = append(paths, e.at("keys", custodiansDir, keystore.CustodianFile(n)))
	}
	return paths
}

// roster lists whom the people files say are empowered: physicians who are
// expected to hold a medical role, with their lines in the decisions, and the
// medical secretariat.
func (e *environment) roster(listings map[string][]wire.Listing) []wire.Line {
	var lines []wire.Line
	for _, p := range e.people.directory {
		if line, ok := e.rosterLine(p); ok {
			if line.Class == keyholder.ClassPhysician {
				line.Listings = listings[line.NationalID]
			}
			lines = append(lines, line)
		}
	}
	return lines
}

func (e *environment) rosterLine(p identity.Person) (wire.Line, bool) {
	line := wire.Line{Subject: p.Subject, From: habilitatedFrom, Head: p.HeadOfService}
	switch {
	case p.Role == "MEDECIN" && p.Habilitated:
		line.Issuer, line.NationalID = e.provider.Issuer(provider.PSC), p.NationalID
		line.Class, line.Compartments = keyholder.ClassPhysician, []string{"civil", "medical"}
	case p.Role == "SECRETARIAT_MEDICAL":
		line.Issuer = e.provider.Issuer(provider.ProConnect)
		line.Class, line.Compartments = keyholder.ClassSecretariat, []string{"civil"}
	default:
		return wire.Line{}, false
	}
	return line, true
}
