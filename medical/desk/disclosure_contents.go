package desk

import (
	"encoding/json"
	"errors"
	"fmt"
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

// contents are the files of the archive, the index first. The civil part is one reading, the records another, each piece one more: each has its
// intent in the log before it opens.
func (k *Desk) contents(c *web.Call, l *leaving) ([]exit.File, error) {
	person, err := k.openPersonal(c, l)
	if err != nil {
		return nil, err
	}
	procedure, err := k.procedure(c, l, person)
	if err != nil {
		return nil, err
	}
	index := exit.Index{Bundle: l.ask.Bundle, Ground: l.Ground, Recipient: l.Recipient, Requester: l.ask.Requester, Dossier: l.d.ID,
		MadeAt: k.Clock.Now().UTC().Format(time.RFC3339)}
	var files []exit.File
	// REQ-24: the administrative part of the person's own access waits for the decision; the medical part never does.
	if l.ask.Bundle == "L4" && !exit.AfterDecision(l.d.Case) {
		index.Withheld = []string{"partie administrative (procédure, avis) : communicable après la décision du préfet"}
	} else if files, err = k.administrative(c, l, procedure); err != nil {
		return nil, err
	}
	if l.Pieces {
		medicalFiles, err := k.medicalFiles(c, l, person)
		if err != nil {
			return nil, err
		}
		files = append(files, medicalFiles...)
	}
	for _, f := range files {
		index.Files = append(index.Files, f.Name)
	}
	first, err := exit.JSON("index.json", index)
	return slices.Concat([]exit.File{first}, files), err
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
	p := personal{letters: []exit.Letter{}}
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
		files := slices.Concat(p.civil.AdministrativeFiles, civil.AdministrativeFiles)
		if p.civil.Patient.ID == "" || ref.ID == store.KindApplicant {
			p.civil = civil
		}
		p.civil.AdministrativeFiles = files
		return err
	case store.KindCorrection:
		correction, err := unseal[medical.Correction](plain)
		p.civil = p.civil.Correct(correction)
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

// administrative is how the procedure went, and the opinions as they left.
func (k *Desk) administrative(c *web.Call, l *leaving, p exit.Procedure) ([]exit.File, error) {
	attestation, err := exit.JSON("procedure.json", p)
	if err != nil || l.ask.Bundle == "L1" {
		return []exit.File{attestation}, err
	}
	files := []exit.File{attestation}
	opinions, err := store.FindOpinions(c.Context(), k.Pool, l.d.ID)
	for i, body := range opinions {
		files = append(files, exit.Bytes(fmt.Sprintf("avis/%02d.json", i+1), []byte(body)))
	}
	return files, err
}

// medicalFiles are the records and the pieces. A piece that was set aside as another person's is not this dossier's to give.
func (k *Desk) medicalFiles(c *web.Call, l *leaving, person personal) ([]exit.File, error) {
	who, err := exit.JSON("personne.json", person.civil)
	if err != nil {
		return nil, err
	}
	files := []exit.File{who}
	for _, letter := range person.letters {
		files = append(files, exit.Bytes("courriers/"+letter.Ref+".txt", []byte(letter.Sent.Text)))
	}
	records, described, err := k.records(c, l)
	if err != nil {
		return nil, err
	}
	files = append(files, records...)
	documents, err := store.FindDocuments(c.Context(), k.Pool, l.d.ID)
	if err != nil {
		return nil, err
	}
	var pieces []medical.DocumentInput
	for _, d := range documents {
		input, isPiece := described[d.ID]
		if !d.Complete() || !isPiece || setAside(l.d.Case, d.ID) {
			continue
		}
		pieces = append(pieces, input)
		name := fmt.Sprintf("pieces/%03d%s", len(pieces), extension(input.MediaType))
		files = append(files, exit.File{Name: name, Size: d.Size, Open: func() (io.ReadCloser, error) { return k.piece(c, l, d) }})
	}
	list, err := exit.JSON("pieces/liste.json", pieces)
	return append(files, list), err
}

// records opens the sealed records that a medical bundle takes, and the description of every piece, in one reading.
func (k *Desk) records(c *web.Call, l *leaving) (files []exit.File, described map[string]medical.DocumentInput, err error) {
	names, err := store.FindRecords(c.Context(), k.Pool, l.d.ID, "")
	if err != nil {
		return nil, nil, err
	}
	var refs []vault.Ref
	for _, n := range names {
		if n.Kind == store.KindDocument || slices.Contains(exit.Records(), n.Kind) {
			refs = append(refs, vault.Ref{Kind: n.Kind, ID: n.ID, Version: n.Version})
		}
	}
	described = map[string]medical.DocumentInput{}
	err = k.opening(c, l.reading(store.Medical, ""), func(permit *act.Permit) error {
		return k.Vault.OpenRecords(c.Context(), permit, refs, func(i int, plain []byte) error {
			if refs[i].Kind == store.KindDocument {
				input, err := unseal[medical.DocumentInput](plain)
				described[refs[i].ID] = input
				return err
			}
			file, err := exit.JSON(refs[i].Kind+"/"+refs[i].ID+".json", json.RawMessage(plain))
			files = append(files, file)
			return err
		})
	})
	return files, described, err
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
