package audit

import (
	"encoding/hex"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"
)

// fhirForm is one AuditEvent of HL7 FHIR R4 a line (NDJSON), on the Basic Audit Log Patterns of IHE: Read, Create and Update, with a patient where the
// object is a dossier or a referral, which stands for the person by its opaque reference. The patterns are of what succeeded: what was refused or failed is
// an AuditEvent without a pattern, as they ask. What FHIR asks of the network, which no entry holds, is the opaque reference of the session.
// TestExportedAuditEventsFitTheirSchema holds every line against a closed schema.
type fhirForm struct{ zone string }

// Systems of codes. Ours are URNs: nothing of them resolves.
const (
	fhirEventType  = "http://terminology.hl7.org/CodeSystem/audit-event-type"
	fhirRest       = "http://hl7.org/fhir/restful-interaction"
	fhirDICOM      = "http://dicom.nema.org/resources/ontology/DCM"
	fhirPart       = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
	fhirEntityType = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
	fhirObjectRole = "http://terminology.hl7.org/CodeSystem/object-role"
	fhirSourceType = "http://terminology.hl7.org/CodeSystem/security-source-type"
	balp           = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
	balpEntityType = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType"
	own            = "urn:cloison:"
)

type (
	fhirCoding struct {
		System string `json:"system"`
		Code   string `json:"code"`
	}
	fhirConcept struct {
		Coding []fhirCoding `json:"coding"`
	}
	fhirIdentifier struct {
		System string `json:"system,omitempty"`
		Value  string `json:"value"`
	}
	fhirReference struct {
		Type       string         `json:"type,omitempty"`
		Identifier fhirIdentifier `json:"identifier"`
	}
	fhirNetwork struct {
		Address string `json:"address"`
		Type    string `json:"type"`
	}
	fhirAgent struct {
		Type         fhirConcept   `json:"type"`
		Role         []fhirConcept `json:"role,omitempty"`
		Who          fhirReference `json:"who"`
		Requestor    bool          `json:"requestor"`
		Policy       []string      `json:"policy,omitempty"`
		Network      *fhirNetwork  `json:"network,omitempty"`
		PurposeOfUse []fhirConcept `json:"purposeOfUse,omitempty"`
	}
	fhirDetail struct {
		Type  string `json:"type"`
		Value string `json:"valueString"`
	}
	fhirEntity struct {
		What   fhirReference `json:"what"`
		Type   fhirCoding    `json:"type"`
		Role   *fhirCoding   `json:"role,omitempty"`
		Detail []fhirDetail  `json:"detail,omitempty"`
	}
	fhirEvent struct {
		ResourceType string       `json:"resourceType"`
		ID           string       `json:"id"`
		Meta         *fhirMeta    `json:"meta,omitempty"`
		Type         fhirCoding   `json:"type"`
		Subtype      []fhirCoding `json:"subtype"`
		Action       string       `json:"action"`
		Recorded     string       `json:"recorded"`
		Outcome      string       `json:"outcome"`
		OutcomeDesc  string       `json:"outcomeDesc,omitempty"`
		Agent        []fhirAgent  `json:"agent"`
		Source       fhirSource   `json:"source"`
		Entity       []fhirEntity `json:"entity"`
	}
	fhirMeta struct {
		Profile []string `json:"profile"`
	}
	fhirSource struct {
		Site     string        `json:"site"`
		Observer fhirReference `json:"observer"`
		Type     []fhirCoding  `json:"type"`
	}
)

func (f *fhirForm) begin(io.Writer, Head, []byte) error { return nil }
func (f *fhirForm) end(io.Writer) error                 { return nil }

func (f *fhirForm) entry(w io.Writer, e Placed) error {
	encoder := json.NewEncoder(w) // ends the line
	encoder.SetEscapeHTML(false)
	return encoder.Encode(f.event(e))
}

func (f *fhirForm) event(e Placed) fhirEvent {
	kind := kindOf(e.Entry)
	event := fhirEvent{
		ResourceType: "AuditEvent", ID: e.ID, Type: fhirCoding{fhirEventType, "rest"}, Action: kind.action, Recorded: e.At.UTC().Format(time.RFC3339Nano),
		Subtype: []fhirCoding{{fhirRest, kind.interaction}, {own + "action", e.Action}}, Outcome: outcomeOf(e.Outcome), OutcomeDesc: e.Rule,
		Agent:  f.agents(e.Entry, kind),
		Source: fhirSource{Site: own + f.zone, Observer: f.program(), Type: []fhirCoding{{fhirSourceType, "4"}}},
		Entity: entities(e),
	}
	if event.Outcome == "0" {
		patient := ""
		if personal(e.Entry) {
			patient = "Patient"
		}
		event.Meta = &fhirMeta{[]string{balp + patient + kind.profile}}
	}
	return event
}

func (f *fhirForm) program() fhirReference {
	return fhirReference{Identifier: fhirIdentifier{own + "program", f.zone}}
}

// fhirKind is which pattern an entry follows.
type fhirKind struct{ profile, action, interaction string }

var (
	fhirRead   = fhirKind{"Read", "R", "read"}
	fhirCreate = fhirKind{"Create", "C", "create"}
	fhirUpdate = fhirKind{"Update", "U", "update"}
)

// kindOf tells what was read from what was made or changed. A reading is kept as an access; what is made is so by the verb of its action.
func kindOf(e Entry) fhirKind {
	_, verb, _ := strings.Cut(e.Action, ".")
	switch {
	case e.Retention == Access:
		return fhirRead
	case verb == "create" || verb == "receive" || verb == "register":
		return fhirCreate
	}
	return fhirUpdate
}

// outcomeOf: done, not done as asked, broken.
func outcomeOf(outcome string) string {
	switch outcome {
	case Refused, Broken:
		return "4"
	case Failed:
		return "8"
	}
	return "0"
}

// personal: the object is of one person, whose dossier or referral stands for him.
func personal(e Entry) bool {
	return e.Object != "" && (e.ObjectKind == "dossier" || e.ObjectKind == "referral")
}

// agents: in a reading the client receives; otherwise it sends.
func (f *fhirForm) agents(e Entry, kind fhirKind) []fhirAgent {
	client, server, user := "110153", "110152", "AUT"
	if kind == fhirRead {
		client, server, user = "110152", "110153", "IRCP"
	}
	session := nonEmpty(e.Session, e.Subject) // a program has no session
	agents := []fhirAgent{
		{Type: concept(fhirDICOM, client), Who: fhirReference{Identifier: fhirIdentifier{own + "session", session}}, Network: &fhirNetwork{own + "session:" + session, "5"}},
		{Type: concept(fhirDICOM, server), Who: f.program(), Network: &fhirNetwork{own + f.zone, "5"}},
	}
	if e.Session == "" {
		return agents // the program itself: no person acted
	}
	person := fhirAgent{Type: concept(fhirPart, user), Who: fhirReference{Identifier: fhirIdentifier{own + "reference", e.Subject}}, Requestor: true,
		Policy: []string{own + "policy:" + e.Policy}}
	if e.Role != "" {
		person.Role = []fhirConcept{concept(own+"role", e.Role)}
	}
	if e.Purpose != "" {
		person.PurposeOfUse = []fhirConcept{concept(own+"purpose", e.Purpose)}
	}
	return append(agents, person)
}

func entities(e Placed) []fhirEntity {
	data := fhirEntity{What: fhirReference{Identifier: fhirIdentifier{own + nonEmpty(e.ObjectKind, "portal"), nonEmpty(e.Object, "portal")}},
		Type: fhirCoding{fhirEntityType, "2"}, Role: &fhirCoding{fhirObjectRole, "4"},
		Detail: []fhirDetail{{"outcome", e.Outcome}, {"decision", e.Decision}, {"position", strconv.FormatInt(e.Position, 10)}, {"retention", e.Retention}}}
	for _, d := range []fhirDetail{{"item", e.Item}, {"intent", e.Intent}} {
		if d.Value != "" {
			data.Detail = append(data.Detail, d)
		}
	}
	for _, d := range e.Digests {
		data.Detail = append(data.Detail, fhirDetail{"digest", hex.EncodeToString(d)})
	}
	all := []fhirEntity{data}
	if personal(e.Entry) {
		all = append(all, fhirEntity{What: fhirReference{"Patient", fhirIdentifier{own + e.ObjectKind, e.Object}}, Type: fhirCoding{fhirEntityType, "1"}, Role: &fhirCoding{fhirObjectRole, "1"}})
	}
	if e.RequestID != "" {
		all = append(all, fhirEntity{What: fhirReference{Identifier: fhirIdentifier{Value: e.RequestID}}, Type: fhirCoding{balpEntityType, "XrequestId"}})
	}
	return all
}

func concept(system, code string) fhirConcept { return fhirConcept{[]fhirCoding{{system, code}}} }

func nonEmpty(first, second string) string {
	if first == "" {
		return second
	}
	return first
}
