// Package policy decides: allow or deny, the rule that decided, a sentence for a person. It protects the wall from the people who
// are signed in: default deny, positive rules only, each an ordered list of named conditions (rego/). It trusts that what it is
// given was loaded and locked in the transaction of the act; it reads no clock, no network, no chance, so that any decision can be
// replayed. No medical value ever enters a query.
//
// Only package act calls Decide.
package policy

// Query is one question.
type Query struct {
	Subject  Subject `json:"subject"`
	Action   string  `json:"action"`
	Resource any     `json:"resource"` // Dossier, Referral, Release, Portal or nil
	Context  Context `json:"context"`
}

// Subject is who asks.
type Subject struct {
	ID          string   `json:"id"`
	Role        string   `json:"role"`        // MEDECIN INFIRMIER SECRETARIAT_MEDICAL PREFECTURE AUDITEUR_CONFORMITE DPO AGENT_MISSION ADMINISTRATEUR; "" when the person is in no directory
	Profession  string   `json:"profession"`  // profession code proven at sign-in by Pro Santé Connect: "10" is a physician; "" where none is proven
	Habilitated bool     `json:"habilitated"` // a habilitation (roster line) in force that day: needed by a physician for anything
	Lapsed      bool     `json:"lapsed"`      // his habilitation was not looked at again in time
	Directions  []string `json:"directions"`  // territorial directions of a secretary
	Prefecture  string   `json:"prefecture"`
	Mission     string   `json:"mission"`
	System      string   `json:"system"` // "relay", "sweep": no person
}

// Context is what surrounds the question.
type Context struct {
	Purpose string `json:"purpose"` // INSTRUCTION COLLEGE SECRETARIAT CONTENTIEUX ACCES CONTROLE; required where content is opened
	On      string `json:"on"`      // date of the act in Paris, ISO 8601
	// Open: for dossier.open, civil or medical. For answers.read, "own" asks for one's own answers only; anything else asks for all
	// of them and is refused (ANSWERS_BLIND) until the last is in.
	Open string `json:"open"`
	// Members: for college.compose, the three proposed, with what the published decisions in force that day say of each.
	Members []Member `json:"members"`
	// Person: for rapporteur.assign, the proposed rapporteur. For answers.give, opinion.settle and opinion.sign, the subject
	// himself with his listing that day: an absent listing is no listing. For opinion.sign, Members are those of the composition.
	Person *Member `json:"person"`
	Zone   string  `json:"zone"` // medical or server
	// Composition: the one that an act of a member names, or that a replacement closes; 0 where none is named.
	Composition int `json:"composition"`
	// Designates: for college.replace, a new composition opens at once, of Members.
	Designates bool `json:"designates"`
}

// Member is what the reference data say of a physician on the day of the act.
type Member struct {
	ID          string `json:"id"`
	Listed      bool   `json:"listed"`      // in a published composition decision of the kind that the act needs, in force that day
	Expired     bool   `json:"expired"`     // was listed, is no more
	Habilitated bool   `json:"habilitated"` // a habilitation in force that day
	Treats      bool   `json:"treats"`      // is the author of the certificate (compared by keyholder's tags)
}

// Dossier is what a decision about a dossier rests on: clear columns only.
type Dossier struct {
	Kind                string       `json:"kind"` // "dossier"
	ID                  string       `json:"id"`
	State               string       `json:"state"`
	Pipeline            string       `json:"pipeline"` // SEJOUR or ELOIGNEMENT
	Author              string       `json:"author"`   // who is competent that day by the person's liberty: COLLEGE3 or MED1; "" where the domain does not say
	Direction           string       `json:"direction"`
	Prefecture          string       `json:"prefecture"`
	Closed              bool         `json:"closed"`
	Rapporteur          string       `json:"rapporteur"` // "" until designated
	CertificateReceived bool         `json:"certificate_received"`
	ReportSaved         bool         `json:"report_saved"`
	ReportSigned        bool         `json:"report_signed"`
	ReportTransmitted   bool         `json:"report_transmitted"`
	Issued              bool         `json:"issued"`
	Composition         *Composition `json:"composition"`      // the last one designated, or null
	SupplementAsked     bool         `json:"supplement_asked"` // the college has asked the author of the report for a complement, not given yet
	Examiners           []string     `json:"examiners"`        // who received or examined the person at the stage of the report
	RetainedUntil       string       `json:"retained_until"`   // last day of retention, ISO 8601; "" until it is closed
	Held                bool         `json:"held"`             // a hold or a pending appeal suspends the purge
	HoldSet             bool         `json:"hold_set"`         // a hold was set and not lifted
	Document            *Document    `json:"document"`         // the document that the act is upon, or null
	SecondOnCall        string       `json:"second_on_call"`   // the second, once he is called because the first has not acted; "" before
	Head                bool         `json:"head"`             // the roster names who asks head of service; false where nobody asked
	OnCall              string       `json:"on_call"`          // who is on call at this instant for the removals of its direction; "" where nobody is, or nobody asked
}

// Rota is the list of the physicians on call of one territorial direction.
type Rota struct {
	Kind      string `json:"kind"` // "rota"
	Direction string `json:"direction"`
}

// Document is what a decision about one document of a dossier rests on.
type Document struct {
	ID       string `json:"id"`
	Author   string `json:"author"`   // who gave it
	Opened   bool   `json:"opened"`   // a physician was allowed to read it
	Excluded string `json:"excluded"` // the reason it was set aside for, "" while it stands
}

// Composition is a college (or the single physician of a removal case) as designated.
type Composition struct {
	Version  int      `json:"version"`
	Author   string   `json:"author"` // COLLEGE3 or MED1: who was competent when it was designated
	Decision string   `json:"decision"`
	Members  []string `json:"members"`
	Open     bool     `json:"open"` // not yet closed by a replacement
	Round    int      `json:"round"`
	Answered []string `json:"answered"` // members who answered in this round
	Settled  bool     `json:"settled"`
	Signed   []string `json:"signed"`  // whose signature counts: a void one does not
	Refused  []string `json:"refused"` // members who refused to sign what this round gave
}

// Referral is a referral as the administrative zone knows it; for referral.create, the one to be made, with its prefecture.
type Referral struct {
	Kind         string `json:"kind"` // "referral"
	ID           string `json:"id"`
	Prefecture   string `json:"prefecture"`
	Issued       bool   `json:"issued"`
	Acknowledged bool   `json:"acknowledged"`
	Withdrawn    bool   `json:"withdrawn"`
	Decided      bool   `json:"decided"`  // by the prefect; no longer once a court has ruled
	Appealed     bool   `json:"appealed"` // before a court now
	Attested     bool   `json:"attested"` // the attestation was asked for this appeal
}

// Release is one thing that crossed.
type Release struct {
	Kind         string `json:"kind"` // "release"
	Seq          int64  `json:"seq"`
	Prefecture   string `json:"prefecture"`
	ReceivedBy   string `json:"received_by"` // the prefecture in charge when it came
	Release      string `json:"release"`     // notice, opinion or attestation
	Acknowledged bool   `json:"acknowledged"`
}

// Portal is the resource of an act on no object: signing in, listing, one's own page, the relay's cursors.
type Portal struct {
	Kind string `json:"kind"` // "portal"
	Zone string `json:"zone"` // medical or server
}

// Decision is the answer.
type Decision struct {
	Allow    bool
	Rule     string // denied: the first condition that does not hold. Allowed: the capacity in which, ALLOW_RAPPORTEUR and so on
	Visible  bool   // the subject could list the object: a denial may then say its rule, otherwise it is "not found"
	Sentence string // French, for the person: what is refused and what to do
	Kind     string // forbidden, conflict, invalid or unknown_field; "" when allowed
}
