package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"cloison/crypto/custody"
	"cloison/crypto/custody/chain"
	"cloison/crypto/custody/keystore"
	"cloison/crypto/keyholder"
)

// approvalProof is `cloison audit prove` on the archived approval of an act: what listApprovals gives, one approval to a file.
type approvalProof struct{ keystore, chain, opinion string }

func (p *approvalProof) flags(set *flag.FlagSet) {
	set.StringVar(&p.keystore, "keystore", "", "dossier du coffre, ou copie de sa description : il nomme les dépositaires")
	set.StringVar(&p.chain, "chain", "", "fichier de chaîne de keyholder, ou copie : il porte les listes signées par les dépositaires")
	set.StringVar(&p.opinion, "opinion", "", "avis, tel qu'il est parti, que cette approbation doit couvrir")
}

func (p *approvalProof) asked() bool { return p.keystore != "" || p.chain != "" || p.opinion != "" }

func (p *approvalProof) check(path string, stdout io.Writer) error {
	if p.keystore == "" || p.chain == "" {
		return unchecked(errors.New(auditUsage))
	}
	proof, err := p.proof()
	if err != nil {
		return unchecked(err)
	}
	archive, err := os.ReadFile(path)
	if err != nil {
		return unchecked(fmt.Errorf("reading an approval: %w", err))
	}
	a, err := keyholder.ParseApproval(archive)
	if err != nil {
		return exitCode{fmt.Errorf("reading an approval: %w", err), codeBroken}
	}
	found, err := proof.Approval(a)
	if errors.Is(err, custody.ErrUnproven) || errors.Is(err, chain.ErrBroken) {
		return exitCode{err, codeBroken}
	}
	if err != nil {
		return unchecked(err)
	}
	by := "jeton de " + a.Issuer
	if found.Passkey != "" {
		by = "clé d'accès " + found.Passkey
	}
	fmt.Fprintf(stdout, "acte      %s\ndossier   %s\npar       %s %s\npreuve    %s\nle        %s\nchaîne    ligne %d, sous la liste de la ligne %d\n",
		a.Act, a.Dossier, a.Subject, a.NationalID, by, a.At.Format(time.RFC3339), found.Position, found.Roster)
	if err := p.covers(a, stdout); err != nil {
		return err
	}
	fmt.Fprintln(stdout, "prouvé")
	return nil
}

func (p *approvalProof) proof() (custody.Proof, error) {
	public, err := keystore.ReadPublic(p.keystore)
	if err != nil {
		return custody.Proof{}, err
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return custody.Proof{}, fmt.Errorf("loading time zone: %w", err)
	}
	return custody.Proof{Keystore: public, Location: paris, Chain: func(each func(chain.Record) error) error {
		return chain.Follow(p.chain).Round(each)
	}}, nil
}

// covers says whether the opinion that was given is the one approved.
func (p *approvalProof) covers(a keyholder.Approval, stdout io.Writer) error {
	if p.opinion == "" {
		return nil
	}
	opinion, err := os.ReadFile(p.opinion)
	if err != nil {
		return unchecked(fmt.Errorf("reading an opinion: %w", err))
	}
	covered, err := custody.ApprovesOpinion(a, opinion)
	if err != nil {
		return exitCode{fmt.Errorf("reading an opinion: %w", err), codeBroken}
	}
	if !covered {
		return exitCode{errors.New("cette approbation n'est pas celle de cet avis"), codeBroken}
	}
	fmt.Fprintln(stdout, "avis      celui qui est donné, au mot près")
	return nil
}
