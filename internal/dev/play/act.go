package play

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
)

// consequences happen by themselves: a rule or the clock causes them. Nobody sends them.
var consequences = []string{"AVIS_EMIS", "AVIS_TRANSMIS", "CLOTURE", "PURGE_EVALUEE", "PURGE_EXECUTEE", "MAJORITE_ATTEINTE", "FIN_INSCRIPTION_MEMBRE"}

// others are the events that one operation with the event's own data expresses. Zone and operation by type.
var others = map[string]struct {
	zone zoneName
	op   string
}{
	"CERTIFICAT_ECARTE":     {medicalZone, "rejectCertificate"},
	"COMPLETUDE_DEMANDEE":   {medicalZone, "requestCompletion"},
	"COMPLETUDE_RECUE":      {medicalZone, "closeRequest"},
	"COMPLEMENT_DEMANDE":    {medicalZone, "openRequest"},
	"CONVOCATION_ENVOYEE":   {medicalZone, "openRequest"},
	"EXAMENS_DEMANDES":      {medicalZone, "openRequest"},
	"COMPLEMENT_RECU":       {medicalZone, "closeRequest"},
	"COMPLEMENT_REFUSE":     {medicalZone, "closeRequest"},
	"CONVOCATION_ANNULEE":   {medicalZone, "closeRequest"},
	"EXAMENS_PRODUITS":      {medicalZone, "closeRequest"},
	"LEVEE_SECRET":          {medicalZone, "recordSecrecyLifting"},
	"EXPORT_REALISE":        {medicalZone, "createDisclosure"},
	"ACCES_REMIS":           {medicalZone, "createDisclosure"},
	"GEL_CONSERVATION":      {medicalZone, "setHold"},
	"LEVEE_GEL":             {medicalZone, "setHold"},
	"CLOTURE_SANS_AVIS":     {medicalZone, "closeDossier"},
	"PIECE_ECARTEE":         {medicalZone, "withdrawDocument"},
	"CHANGEMENT_LIBERTE":    {serverZone, "changeLiberty"},
	"CHANGEMENT_PREFECTURE": {serverZone, "transferReferral"},
	"AGDREF_CORRIGE":        {serverZone, "correctReferral"},
	"DECISION_PREFET":       {serverZone, "recordDecision"},
	"RECOURS_DEPOSE":        {serverZone, "declareAppeal"},
	"SAISINE_ANNULEE":       {serverZone, "withdrawReferral"},
}

// act does what an event means.
func (p *player) act(ctx context.Context, c *Case, e Event) error {
	s := p.states[c]
	if e.Actor == "system" || slices.Contains(consequences, e.Type) || closesWithDossier(c, e) {
		return nil
	}
	if e.Type == "SAISINE_RECUE" {
		return p.refer(ctx, c, e)
	}
	if s.dossier == "" {
		return errors.New("la saisine n'a pas fait de dossier")
	}
	if e.Type != "CERTIFICAT_RECU" {
		if err := p.upload(ctx, c, e); err != nil {
			return err
		}
	}
	path := map[string]string{"dossier": s.dossier}
	medical := func(op string, body object) error {
		_, err := p.do(ctx, p.medical, e.Actor, call{op: op, path: path, json: body})
		return err
	}
	switch e.Type {
	case "CERTIFICAT_RECU":
		return p.certificate(ctx, c, e)
	case "RAPPORTEUR_DESIGNE":
		op := "assignRapporteur"
		if s.assigned {
			op = "reassignRapporteur"
		}
		s.assigned = true
		return medical(op, keep(e.Data, "rapporteur"))
	case "RAPPORT_SIGNE":
		return p.report(ctx, c, e)
	case "RAPPORT_TRANSMIS":
		return medical("transmitReport", object{})
	case "COLLEGE_DESIGNE":
		s.composition = number(e.Data, "composition")
		return medical("composeCollege", composeCollege(e.Data))
	case "MED1_DESIGNE":
		s.composition = number(e.Data, "composition")
		return medical("designatePhysician", composeCollege(e.Data))
	case "COMPOSITION_CLOSE":
		_, err := p.do(ctx, p.medical, e.Actor, call{op: "replaceMember", path: p.composition(c, e), json: replaceMember(e.Data)})
		return err
	case "REPONSE_MEMBRE":
		if err := p.openRound(ctx, c, e); err != nil {
			return err
		}
		return p.answer(ctx, c, e)
	case "SYNTHESE":
		return p.settle(ctx, c, e)
	case "SIGNATURE":
		return p.sign(ctx, c, e)
	case "ACCUSE_PREFECTURE":
		return p.acknowledge(ctx, c, e)
	}
	return p.other(ctx, c, e)
}

// refer opens the referral and finds the dossier that came of it in the other zone: server knows no dossier.
func (p *player) refer(ctx context.Context, c *Case, e Event) error {
	a, err := p.do(ctx, p.server, e.Actor, call{op: "createReferral", json: createReferral(c, e.At)})
	if err != nil {
		return err
	}
	ids, err := referralIDs(a)
	if err != nil {
		return err
	}
	s := p.states[c]
	for i, agdref := range c.agdrefs() {
		if i < len(ids) {
			s.referrals[agdref] = ids[i]
		}
	}
	if err := p.clock.set(ctx, e.At); err != nil { // the referral has to cross first
		return err
	}
	return p.findDossier(ctx, c, ids)
}

// referralIDs reads the referrals of a group: ids, or objects that have one.
func referralIDs(a answer) ([]string, error) {
	group, err := decode[struct {
		ID        string `json:"id"`
		Referrals []any  `json:"referrals"`
	}](a)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, r := range group.Referrals {
		switch v := r.(type) {
		case string:
			ids = append(ids, v)
		case object:
			ids = append(ids, text(v, "id"))
		}
	}
	if len(ids) == 0 {
		ids = []string{group.ID}
	}
	return ids, nil
}

func (p *player) findDossier(ctx context.Context, c *Case, referrals []string) error {
	who, ok := p.people.secretary(c.referral("territorial_direction"))
	if !ok {
		return errors.New("aucun secrétariat médical pour ce territoire")
	}
	for _, referral := range referrals {
		a, err := p.do(ctx, p.medical, who.ID, call{op: "listDossiers", query: url.Values{"referral": {referral}}})
		if err != nil {
			return err
		}
		page, err := decode[struct{ Items []object }](a)
		if err != nil {
			return err
		}
		if len(page.Items) > 0 {
			p.states[c].dossier = text(page.Items[0], "id")
			return nil
		}
	}
	return errors.New("la saisine n'a pas fait de dossier dans la zone médicale")
}

// closesWithDossier: the composition in progress closes with the dossier, whose closing for the same reason is the event that follows.
func closesWithDossier(c *Case, e Event) bool {
	return e.Type == "COMPOSITION_CLOSE" && slices.ContainsFunc(c.Events, func(next Event) bool {
		return next.Seq == e.Seq+1 && next.Type == "CLOTURE_SANS_AVIS" && next.Data["reason_code"] == e.Data["reason_code"]
	})
}

// certificate receives the certificate. An envelope whose certificate is then set aside is only mail, and the refusal of its certificate stands
// among the refusals.
func (p *player) certificate(ctx context.Context, c *Case, e Event) error {
	s := p.states[c]
	path := map[string]string{"dossier": s.dossier}
	if e.Data["accepted"] != true {
		_, err := p.do(ctx, p.medical, e.Actor, call{op: "registerMail", path: path, json: eventBody(e)})
		return err
	}
	if _, err := p.do(ctx, p.medical, e.Actor, call{op: "receiveCertificate", path: path, json: receiveCertificate(c.Certificate)}); err != nil {
		return err
	}
	return p.upload(ctx, c, e)
}

// upload sends the documents that came by the time of an event. Those of the certificate wait for it.
func (p *player) upload(ctx context.Context, c *Case, e Event) error {
	s, day := p.states[c], e.At.Format("2006-01-02")
	for _, d := range c.Documents {
		if s.documents[d.ID] != "" || d.ReceivedOn > day || !certificateReceived(c, e) || awaited(c, d.ID, e) {
			continue
		}
		if err := p.uploadOne(ctx, c, e, d); err != nil {
			return fmt.Errorf("document %s : %w", d.ID, err)
		}
	}
	return nil
}

// certificateReceived: documents join a dossier that has its certificate.
func certificateReceived(c *Case, e Event) bool {
	for _, earlier := range c.Events {
		if earlier.Type == "CERTIFICAT_RECU" && earlier.Data["accepted"] == true {
			return earlier.Seq <= e.Seq
		}
	}
	return false
}

// awaited says that a later event is the one that brings this document.
func awaited(c *Case, id string, e Event) bool {
	for _, later := range c.Events {
		ids, _ := later.Data["document_ids"].([]any)
		if later.Seq > e.Seq && slices.Contains(ids, any(id)) {
			return true
		}
	}
	return false
}

func (p *player) uploadOne(ctx context.Context, c *Case, e Event, d Document) error {
	s := p.states[c]
	content, err := c.content(d)
	if err != nil {
		return err
	}
	who := p.desk(c, e.Actor)
	a, err := p.do(ctx, p.medical, who, call{op: "createDocument", path: map[string]string{"dossier": s.dossier}, json: createDocument(d.raw)})
	if err != nil {
		return err
	}
	made, err := decode[struct{ ID string }](a)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	_, err = p.do(ctx, p.medical, who, call{
		op: "uploadDocument", path: map[string]string{"dossier": s.dossier, "document": made.ID}, raw: content,
		query:   url.Values{"offset": {"0"}, "complete": {"true"}},
		headers: map[string]string{"Content-Digest": "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"},
	})
	if err == nil {
		s.documents[d.ID] = made.ID
	}
	return err
}

// desk is who receives what comes by mail: the secretary who acts, or that of the territory.
func (p *player) desk(c *Case, actor string) string {
	if who, ok := p.people.find(actor); ok && who.Role == "SECRETARIAT_MEDICAL" {
		return actor
	}
	who, _ := p.people.secretary(c.referral("territorial_direction"))
	return who.ID
}

// report: the rapporteur reads every document, then writes and signs, all at the time of the signature.
func (p *player) report(ctx context.Context, c *Case, e Event) error {
	s := p.states[c]
	path := map[string]string{"dossier": s.dossier}
	for _, d := range c.Documents {
		if s.documents[d.ID] == "" {
			continue
		}
		if err := p.read(ctx, c, e.Actor, d); err != nil {
			return fmt.Errorf("document %s : %w", d.ID, err)
		}
	}
	if _, err := p.do(ctx, p.medical, e.Actor, call{op: "saveReport", path: path, json: saveReport(c.Report)}); err != nil {
		return err
	}
	_, err := p.do(ctx, p.medical, e.Actor, call{op: "signReport", path: path})
	return err
}

// read opens a document and wants the bytes of the file back.
func (p *player) read(ctx context.Context, c *Case, who string, d Document) error {
	s := p.states[c]
	a, err := p.do(ctx, p.medical, who, call{op: "getDocumentContent", path: map[string]string{"dossier": s.dossier, "document": s.documents[d.ID]},
		query: url.Values{"purpose": {"INSTRUCTION"}}})
	if err != nil {
		return err
	}
	content, err := c.content(d)
	if err == nil && !bytes.Equal(a.Body, content) {
		err = errors.New("les octets lus ne sont pas ceux du fichier")
	}
	return err
}

func (p *player) answer(ctx context.Context, c *Case, e Event) error {
	set, ok := row(c.Work.Answers, object{"composition": e.Data["composition"], "round": e.Data["round"], "member": e.Actor})
	if !ok {
		return errors.New("le dossier ne porte pas ces réponses")
	}
	if err := p.cite(ctx, c, e); err != nil {
		return err
	}
	_, err := p.do(ctx, p.medical, e.Actor, call{op: "giveAnswers", path: p.composition(c, e), json: giveAnswers(set)})
	return err
}

// cite: no event of a dossier says that a source was cited. Each member cites what he consulted before he first answers.
func (p *player) cite(ctx context.Context, c *Case, e Event) error {
	for _, source := range c.Work.CountrySources {
		first := number(e.Data, "round") == 1
		if source["consulted_by"] != e.Actor || !first {
			continue
		}
		if _, err := p.do(ctx, p.medical, e.Actor, call{op: "citeLibrary", path: p.composition(c, e), json: SourceBody(source)}); err != nil {
			return err
		}
	}
	return nil
}

// openRound: no event of a dossier says that a further round was opened; the first to answer in it opens it.
func (p *player) openRound(ctx context.Context, c *Case, e Event) error {
	if number(e.Data, "round") < 2 {
		return nil
	}
	for _, earlier := range c.Events {
		if earlier.Type == e.Type && earlier.Seq < e.Seq && earlier.Data["composition"] == e.Data["composition"] && earlier.Data["round"] == e.Data["round"] {
			return nil
		}
	}
	_, err := p.do(ctx, p.medical, e.Actor, call{op: "openRound", path: p.composition(c, e), json: object{}})
	return err
}

func (p *player) settle(ctx context.Context, c *Case, e Event) error {
	common, ok := row(c.Work.Syntheses, object{"composition": e.Data["composition"], "round": e.Data["round"], "by": e.Actor})
	if !ok {
		return errors.New("le dossier ne porte pas cette synthèse")
	}
	_, err := p.do(ctx, p.medical, e.Actor, call{op: "settleOpinion", path: p.composition(c, e), json: settleOpinion(common)})
	return err
}

func (p *player) sign(ctx context.Context, c *Case, e Event) error {
	if _, err := p.do(ctx, p.medical, e.Actor, call{op: "previewOpinion", path: p.composition(c, e)}); err != nil {
		return err
	}
	_, err := p.do(ctx, p.medical, e.Actor, call{op: "signOpinion", path: p.composition(c, e), json: keep(e.Data, "composition")})
	return err
}

func (p *player) composition(c *Case, e Event) map[string]string {
	return map[string]string{"dossier": p.states[c].dossier, "composition": strconv.Itoa(number(e.Data, "composition"))}
}

// row finds the object whose fields are those.
func row(list []object, fields object) (object, bool) {
	for _, o := range list {
		same := true
		for name, want := range fields {
			same = same && o[name] == want
		}
		if same {
			return o, true
		}
	}
	return nil, false
}

// acknowledge: the prefecture sees its releases, reads the opinion and acknowledges it, for each of its referrals.
func (p *player) acknowledge(ctx context.Context, c *Case, e Event) error {
	s := p.states[c]
	releases, err := p.releases(ctx, e.Actor)
	if err != nil {
		return err
	}
	done := 0
	for _, agdref := range c.agdrefs() {
		for _, r := range releases {
			if text(r, "referral") != s.referrals[agdref] || text(r, "kind") != "opinion" || s.acknowledged[releaseID(r)] {
				continue
			}
			path := map[string]string{"referral": s.referrals[agdref], "release": releaseID(r)}
			if _, err := p.do(ctx, p.server, e.Actor, call{op: "getOpinion", path: path}); err != nil {
				return err
			}
			if _, err := p.do(ctx, p.server, e.Actor, call{op: "acknowledgeRelease", path: path}); err != nil {
				return err
			}
			s.acknowledged[releaseID(r)] = true
			done++
		}
	}
	if done == 0 {
		return errors.New("aucun avis à acquitter")
	}
	return nil
}

// releases lists everything that came to a prefecture, page by page.
func (p *player) releases(ctx context.Context, who string) ([]object, error) {
	var all []object
	after := ""
	for {
		query := url.Values{"limit": {"200"}}
		if after != "" {
			query.Set("after", after)
		}
		a, err := p.do(ctx, p.server, who, call{op: "listReleases", query: query})
		if err != nil {
			return nil, err
		}
		page, err := decode[struct {
			Items []object
			Next  string
		}](a)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if page.Next == "" || page.Next == after || len(page.Items) == 0 {
			return all, nil
		}
		after = page.Next
	}
}

func releaseID(r object) string {
	if id := text(r, "id"); id != "" {
		return id
	}
	return strconv.Itoa(number(r, "seq"))
}

// other sends an event's own data to the operation that expresses it, if it is offered.
func (p *player) other(ctx context.Context, c *Case, e Event) error {
	s := p.states[c]
	how, ok := others[e.Type]
	if !ok {
		how.zone, how.op = medicalZone, "recordEvent"
	}
	z, actor := p.medical, p.desk(c, e.Actor)
	if who, ok := p.people.find(e.Actor); ok && who.Role != "PREFECTURE" {
		actor = e.Actor
	}
	if how.zone == serverZone {
		agent, _ := p.people.agent(c.referral("prefecture"))
		z, actor = p.server, agent.ID
	}
	path := map[string]string{"dossier": s.dossier, "referral": s.referrals[c.referral("agdref")], "composition": strconv.Itoa(s.composition)}
	if id, ok := e.Data["document"].(string); ok {
		path["document"] = s.documents[id]
	}
	if ref, ok := e.Data["ref"].(string); ok {
		path["request"] = ref
	}
	body := s.known(eventBody(e))
	if how.op == "withdrawDocument" { // the document stands in the path
		body = keep(e.Data, "reason_code")
	}
	_, err := p.do(ctx, z, actor, call{op: how.op, path: path, json: body})
	return err
}

// known names the documents of a body by their real ids.
func (s *state) known(body object) object {
	listed, ok := body["document_ids"].([]any)
	if !ok {
		return body
	}
	ids := []string{}
	for _, id := range listed {
		if name, ok := id.(string); ok {
			ids = append(ids, s.documents[name])
		}
	}
	return with(body, "document_ids", ids)
}
