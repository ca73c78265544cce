package desk

import (
	"errors"
	"io"
	"slices"
	"time"

	"cloison/act"
	"cloison/identity"
	"cloison/medical"
	"cloison/medical/exit"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/policy"
	"cloison/web"
)

// contents are the files of the archive, the index first and the manifest last. The civil part is one reading, the records another, each piece
// one more: each has its intent in the log before it opens.
func (k *Desk) contents(c *web.Call, l *leaving) ([]exit.File, error) {
	index := exit.Index{Bundle: l.ask.Bundle, Ground: l.Ground, Recipient: l.Recipient, Requester: l.ask.Requester, Dossier: l.d.ID,
		MadeAt: k.Clock.Now().UTC().Format(time.RFC3339)}
	var files []exit.File
	var err error
	if l.ask.Bundle == "L3" {
		files, err = k.countryFiles(l)
	} else {
		files, err = k.personalFiles(c, l, &index)
	}
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		index.Files = append(index.Files, f.Name)
	}
	first, err := exit.JSON("index.json", index)
	return exit.WithManifest(slices.Concat([]exit.File{first}, files)), err
}

// personalFiles are those of an exit that is about the person. REQ-24: the administrative part of the person's own access waits for the
// decision; the medical part never does.
func (k *Desk) personalFiles(c *web.Call, l *leaving, index *exit.Index) ([]exit.File, error) {
	person, err := k.openPersonal(c, l)
	if err != nil {
		return nil, err
	}
	procedure, err := k.procedure(c, l, person)
	if err != nil {
		return nil, err
	}
	n := &numbered{k: k, c: c, l: l, person: person}
	if err := n.own(); err != nil {
		return nil, err
	}
	if l.ask.Bundle == "L4" && !exit.AfterDecision(l.d.Case) {
		index.Withheld = append(index.Withheld, "partie administrative (procédure, avis) : communicable après la décision du préfet")
	} else if err := n.administrative(procedure); err != nil {
		return nil, err
	}
	if l.Pieces {
		if err := n.medical(index); err != nil {
			return nil, err
		}
	}
	return n.files()
}

// reading is the act once more, for one opening of one compartment.
func (l *leaving) reading(compartment, item string) act.Act {
	a := l.act
	a.IdempotencyKey, a.Context, a.Object.Item = "", policy.Context{Open: compartment}, item
	return a
}

// opening opens against a permit of its own.
func (k *Desk) opening(c *web.Call, a act.Act, open func(*act.Permit) error) error {
	permit, err := k.Gate.Read(c.Context(), c.Who, a)
	if err != nil {
		return err
	}
	if err := open(permit); err != nil {
		_ = permit.Close(c.Context(), false, 0) // closed already by the vault, or nothing was opened
		return err
	}
	return nil
}

// personal is the civil part: the person as known now, and the letters as they were sent.
type personal struct {
	civil   medical.Civil
	letters []exit.Letter
	known   []medical.Civil // one for each administrative file, for the documents of opinions
	read    int
}

// openPersonal is one reading of the civil compartment.
func (k *Desk) openPersonal(c *web.Call, l *leaving) (personal, error) {
	var refs []vault.Ref
	for _, kind := range []string{store.KindApplicant, store.KindCorrection, store.KindLetter} { // corrections are listed in their order
		names, err := store.FindRecords(c.Context(), k.Pool, l.d.ID, kind)
		if err != nil {
			return personal{}, err
		}
		for _, n := range names {
			refs = append(refs, vault.Ref{Kind: n.Kind, ID: n.ID, Version: n.Version})
		}
	}
	p := personal{letters: []exit.Letter{}, read: len(refs)}
	err := k.opening(c, l.reading(store.Civil, ""), func(permit *act.Permit) error {
		return k.Vault.OpenRecords(c.Context(), permit, refs, func(i int, plain []byte) error { return p.add(refs[i], plain) })
	})
	return p, err
}

// add merges what was sealed apart: each further administrative file names the same person, under a number of its own.
func (p *personal) add(ref vault.Ref, plain []byte) error {
	switch ref.Kind {
	case store.KindApplicant:
		civil, err := unseal[medical.Civil](plain)
		p.known = append(p.known, civil)
		files := slices.Concat(p.civil.AdministrativeFiles, civil.AdministrativeFiles)
		if p.civil.Patient.ID == "" || ref.ID == store.KindApplicant {
			p.civil = civil
		}
		p.civil.AdministrativeFiles = files
		return err
	case store.KindCorrection:
		correction, err := unseal[medical.Correction](plain)
		p.civil = p.civil.Correct(correction)
		for i := range p.known {
			p.known[i] = p.known[i].Correct(correction)
		}
		return err
	}
	letter, err := unseal[medical.Letter](plain)
	p.letters = append(p.letters, exit.LetterOf(ref.ID, letter))
	return err
}

func (k *Desk) procedure(c *web.Call, l *leaving, person personal) (exit.Procedure, error) {
	facts := medical.AttestationOf(l.d.Case)
	p := exit.Procedure{Attestation: facts, People: map[string]exit.Named{}, Civil: exit.SubjectOf(person.civil), Letters: person.letters}
	if facts.Rapporteur != "" {
		who, err := identity.GetPractitioner(c.Context(), k.Pool, facts.Rapporteur)
		if err != nil {
			return p, err
		}
		p.People[facts.Rapporteur] = exit.Named{FamilyName: who.FamilyName, GivenName: who.GivenName, RPPS: who.NationalID}
	}
	evidence, err := store.FindEvidence(c.Context(), k.Pool, l.d.ID, composition(l.d))
	if err != nil {
		return p, err
	}
	p.Signed = evidence
	if facts.DecisionRef == "" {
		return p, nil
	}
	decision, err := store.GetDecision(c.Context(), k.Pool, facts.DecisionRef)
	if err != nil {
		return p, err
	}
	p.Published = &exit.Published{Ref: decision.Ref, SignedOn: string(decision.SignedOn), PublishedOn: string(decision.PublishedOn)}
	for _, line := range decision.Lines {
		if slices.ContainsFunc(facts.Members, func(m medical.AttestedMember) bool { return m.Person == line.Person }) {
			p.People[line.Person] = exit.Named{FamilyName: line.FamilyName, GivenName: line.GivenName, RPPS: line.RPPS}
		}
	}
	return p, nil
}

func composition(d store.Dossier) int {
	if d.Policy.Composition == nil {
		return 0
	}
	return d.Policy.Composition.Version
}

func setAside(c medical.Case, document string) bool {
	return slices.ContainsFunc(c.Events, func(e medical.Event) bool {
		d, ok := e.Data.(medical.PieceEcartee)
		return ok && d.Document == document
	})
}

// extension helps whoever opens the archive; what is not known is bytes.
func extension(mediaType string) string {
	known := map[string]string{"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg", "image/tiff": ".tif", "application/dicom": ".dcm"}
	if e, ok := known[mediaType]; ok {
		return e
	}
	return ".bin"
}

// purpose is why a piece is looked at on its way out.
func (l *leaving) purpose() string {
	if l.in.Bundle == "L4" {
		return "ACCES"
	}
	return "CONTENTIEUX"
}

// piece is one document, from its own permit.
func (k *Desk) piece(c *web.Call, l *leaving, d store.Document) (io.ReadCloser, error) {
	permit, err := k.Gate.Read(c.Context(), c.Who, l.reading(store.Medical, d.ID))
	if err != nil {
		return nil, err
	}
	document, err := k.Vault.OpenDocument(c.Context(), permit, d.ID)
	if err != nil {
		return nil, err
	}
	if document.Size() != d.Size {
		return nil, errors.Join(errors.New("a piece has another size than its row says"), document.Close())
	}
	return document.Range(0, d.Size)
}

// inspected says whether a piece may leave: one that no process has seen whole is inspected now, by the physician whose handle opens it
// (TestAfterAnAppealTheAttestationLeavesAndTheFileOnlyOnceSecrecyIsLifted). What is refused there is set aside, and stays.
func (k *Desk) inspected(c *web.Call, l *leaving, d store.Document) (bool, error) {
	if d.Verdict != "" {
		return d.Verdict != string(vault.Reject), nil
	}
	permit, err := k.Gate.Read(c.Context(), c.Who, l.reading(store.Medical, d.ID))
	if err != nil {
		return false, err
	}
	document, err := k.Vault.OpenDocument(c.Context(), permit, d.ID)
	if err != nil {
		return false, err
	}
	refused := false
	err = document.InspectFirst(c.Context(), func(found vault.Verdict) error {
		refused = found.Outcome == vault.Reject
		return k.recordInspection(c, documentInput{l.d.ID, d.ID}, l.purpose(), found)
	})
	if closed := document.Close(); err == nil {
		err = closed
	}
	if refused {
		return false, nil
	}
	return err == nil, err
}
