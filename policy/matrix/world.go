package matrix

import (
	"slices"

	"cloison/policy"
)

// role is one kind of person, or the program itself, as the policy meets it.
type role struct {
	name    string
	subject policy.Subject
	ties    []string // what such a person may be to a dossier, a referral or a release
}

// The persons of the table. Names are made up; only who is the same as whom counts.
const (
	self     = "self"
	reporter = "reporter"
	first    = "first"  // answers and signs first
	second   = "second" // a physician who asks sits in his place
	third    = "third"
	clerk    = "clerk"
)

const noTie = "aucune"

// Ties of a physician, a secretary and a prefecture.
var (
	ofPhysician = []string{noTie, "rapporteur", "membre", "membre_repondu", "membre_radie", "membre_examinateur", "rapporteur_membre", "ancien_membre", "astreinte", "chef"}
	ofSecretary = []string{"territoire", "autre_territoire"}
	ofAgent     = []string{"en_charge", "ancienne", "autre"}
)

func roles() []role {
	physician := policy.Subject{ID: self, Role: "MEDECIN", Profession: "10", Habilitated: true}
	ended, intern := physician, physician
	ended.Habilitated, intern.Profession = false, ""
	return []role{
		{"MEDECIN", physician, ofPhysician},
		{"MEDECIN_HABILITATION_FINIE", ended, ofPhysician},
		{"MEDECIN_INTERNE", intern, ofPhysician},
		{"HOSPITALIER_NON_HABILITE", policy.Subject{Profession: "10"}, []string{noTie}},
		{"INFIRMIER", policy.Subject{ID: self, Role: "INFIRMIER", Profession: "60"}, []string{noTie}},
		{"SECRETARIAT_MEDICAL", policy.Subject{ID: self, Role: "SECRETARIAT_MEDICAL", Directions: []string{"DT-PARIS"}}, ofSecretary},
		{"PREFECTURE", policy.Subject{ID: self, Role: "PREFECTURE", Prefecture: "75"}, ofAgent},
		{"AUDITEUR_CONFORMITE", policy.Subject{ID: self, Role: "AUDITEUR_CONFORMITE"}, []string{noTie}},
		{"DPO", policy.Subject{ID: self, Role: "DPO"}, []string{noTie}},
		{"AGENT_MISSION", policy.Subject{ID: self, Role: "AGENT_MISSION", Mission: "REGROUPEMENT_FAMILIAL"}, []string{noTie}},
		{"ADMINISTRATEUR", policy.Subject{ID: self, Role: "ADMINISTRATEUR"}, []string{noTie}},
		{"PERSONNE", policy.Subject{}, []string{noTie}},
		{"RELAIS", policy.Subject{ID: "relay", Role: "SYSTEM", System: "relay"}, []string{noTie}},
		{"BALAYAGE", policy.Subject{ID: "sweep", Role: "SYSTEM", System: "sweep"}, []string{noTie}},
	}
}

// state is one object in one state of the procedure, with the reference data of that day.
type state struct {
	object, name string
	resource     any
	context      policy.Context
}

func listed(id string) policy.Member { return policy.Member{ID: id, Listed: true, Habilitated: true} }

func listedAll(ids ...string) []policy.Member {
	members := make([]policy.Member, len(ids))
	for i, id := range ids {
		members[i] = listed(id)
	}
	return members
}

// residence is a residence-permit dossier, step by step; each step is the one before it and what changed.
func residence() []state {
	var states []state
	d := policy.Dossier{Kind: "dossier", ID: "d", State: "DEMANDE_DEPOSEE", Pipeline: "SEJOUR", Author: "COLLEGE3", Direction: "DT-PARIS",
		Prefecture: "75", Examiners: []string{}}
	c := policy.Context{Members: listedAll(first, second, third), Designates: true}
	step := func(name string, change func()) {
		change()
		states = append(states, state{"dossier", name, clone(d), c})
	}
	college := func(change func(*policy.Composition)) func() {
		return func() { change(d.Composition) }
	}
	everyone := []string{first, second, third}

	step("DEMANDE_DEPOSEE", func() {})
	step("CERTIFICAT_RECU", func() { d.CertificateReceived = true })
	step("RAPPORTEUR_DESIGNE", func() { d.Rapporteur = reporter })
	step("RAPPORT_EN_COURS", func() { d.ReportSaved = true })
	step("RAPPORT_SIGNE", func() { d.ReportSigned = true })
	step("RAPPORT_TRANSMIS", func() { d.ReportTransmitted = true })
	step("COLLEGE_DESIGNE", func() {
		d.Composition = &policy.Composition{Version: 1, Author: "COLLEGE3", Decision: "DEC-2026-01", Members: everyone, Open: true, Round: 1,
			Answered: []string{}, Signed: []string{}, Refused: []string{}}
		c.Composition = 1
	})
	step("COMPLEMENT_DEMANDE", func() { d.SupplementAsked = true })
	step("UNE_REPONSE", college(func(c *policy.Composition) { d.SupplementAsked, c.Answered = false, []string{first} }))
	step("REPONSES_COMPLETES", college(func(c *policy.Composition) { c.Answered = everyone }))
	step("SYNTHESE", college(func(c *policy.Composition) { c.Settled = true }))
	step("SIGNATURE_REFUSEE", college(func(c *policy.Composition) { c.Refused = []string{first} }))
	step("UNE_SIGNATURE", college(func(c *policy.Composition) { c.Refused, c.Signed = []string{}, []string{first} }))
	step("DEUX_SIGNATURES", college(func(c *policy.Composition) { c.Signed = []string{first, third} }))
	step("AVIS_EMIS", college(func(c *policy.Composition) { d.Issued, d.State, c.Signed = true, "AVIS_EMIS", everyone }))
	step("CLOS", func() { d.Closed, d.State, d.RetainedUntil = true, "CLOS", "2031-03-02" })
	step("CLOS_ECHU", func() { d.RetainedUntil = "2026-03-01" })
	step("CLOS_GELE", func() { d.Held, d.HoldSet = true, true })
	step("PURGE", func() { d.State, d.Held, d.HoldSet = "PURGE", false, false })
	return states
}

// removal is a removal dossier: one physician or the college, by the person's liberty.
func removal() []state {
	var states []state
	d := policy.Dossier{Kind: "dossier", ID: "d", State: "SIGNALEMENT", Pipeline: "ELOIGNEMENT", Author: "MED1", Direction: "DT-PARIS",
		Prefecture: "75", Examiners: []string{}}
	c := policy.Context{Members: listedAll(second)}
	step := func(name string, change func()) {
		change()
		states = append(states, state{"dossier", name, clone(d), c})
	}
	alone := []string{second}

	step("E_SIGNALEMENT", func() {})
	step("E_CERTIFICAT_RECU", func() { d.CertificateReceived = true })
	step("E_MEDECIN_DESIGNE", func() {
		d.Composition = &policy.Composition{Version: 1, Author: "MED1", Decision: "DEC-2026-03", Members: alone, Open: true, Round: 1,
			Answered: []string{}, Signed: []string{}, Refused: []string{}}
		c.Composition = 1
	})
	step("E_REPONDU", func() { d.Composition.Answered = alone })
	step("E_SYNTHESE", func() { d.Composition.Settled = true })
	step("E_PERSONNE_LIBEREE", func() { d.Author = "COLLEGE3" })
	step("E_AVIS_EMIS", func() { d.Author, d.Issued, d.State, d.Composition.Signed = "MED1", true, "AVIS_EMIS", alone })
	step("E_CLOS", func() { d.Closed, d.State, d.RetainedUntil = true, "CLOS", "2031-03-02" })

	d = policy.Dossier{Kind: "dossier", ID: "d", State: "SIGNALEMENT", Pipeline: "ELOIGNEMENT", Author: "COLLEGE3", Direction: "DT-PARIS",
		Prefecture: "75", Examiners: []string{}}
	c = policy.Context{Members: listedAll(first, second, third), Designates: true}
	step("EC_SIGNALEMENT", func() {})
	step("EC_CERTIFICAT_RECU", func() { d.CertificateReceived = true })
	step("EC_COLLEGE_DESIGNE", func() {
		d.Composition = &policy.Composition{Version: 1, Author: "COLLEGE3", Decision: "DEC-2026-01", Members: []string{first, second, third},
			Open: true, Round: 1, Answered: []string{}, Signed: []string{}, Refused: []string{}}
		c.Composition = 1
	})
	return states
}

func clone(d policy.Dossier) policy.Dossier {
	d.Examiners = slices.Clone(d.Examiners)
	if d.Composition != nil {
		c := *d.Composition
		c.Members, c.Answered, c.Signed, c.Refused = slices.Clone(c.Members), slices.Clone(c.Answered), slices.Clone(c.Signed), slices.Clone(c.Refused)
		d.Composition = &c
	}
	return d
}

// at finds the dossier that pieces and exits are shown on.
func at(name string) state {
	states := residence()
	return states[slices.IndexFunc(states, func(s state) bool { return s.name == name })]
}

// pieces are documents of a dossier whose college sits, and of one that is closed.
func pieces() []state {
	piece := func(name, dossier string, d policy.Document) state {
		s := at(dossier)
		resource := s.resource.(policy.Dossier)
		d.ID, resource.Document = "piece", &d
		return state{"piece", name, resource, s.context}
	}
	return []state{
		piece("DEPOSEE", "COLLEGE_DESIGNE", policy.Document{Author: clerk}),
		piece("DEPOSEE_PAR_SOI", "COLLEGE_DESIGNE", policy.Document{Author: self}),
		piece("LUE", "COLLEGE_DESIGNE", policy.Document{Author: self, Opened: true}),
		piece("ECARTEE", "COLLEGE_DESIGNE", policy.Document{Author: self, Excluded: "DOUBLON"}),
		piece("AUTRE_PERSONNE", "COLLEGE_DESIGNE", policy.Document{Author: self, Excluded: "DOCUMENT_OTHER_PERSON"}),
		piece("DOSSIER_CLOS", "CLOS", policy.Document{Author: self}),
	}
}

// exits are what may be asked to leave a dossier whose opinion was given.
func exits() []state {
	exit := func(name string, d policy.Disclosure) state {
		s := at("AVIS_EMIS")
		d.Dossier = s.resource.(policy.Dossier)
		return state{"sortie", name, d, s.context}
	}
	lawful := policy.Disclosure{Bundle: "L4", Recipient: "PERSON", Requested: true, IdentityVerified: true}
	with := func(change func(*policy.Disclosure)) policy.Disclosure {
		d := lawful
		change(&d)
		return d
	}
	return []state{
		exit("L1_PREFECTURE", policy.Disclosure{Bundle: "L1", Recipient: "PREFECTURE", InCharge: true, Litigation: true}),
		exit("L1_AUTRE_PREFECTURE", policy.Disclosure{Bundle: "L1", Recipient: "PREFECTURE", Litigation: true}),
		exit("L1_JUGE", policy.Disclosure{Bundle: "L1", Recipient: "COURT", Litigation: true}),
		exit("L1_SANS_RECOURS", policy.Disclosure{Bundle: "L1", Recipient: "COURT"}),
		exit("L1_PERSONNE", policy.Disclosure{Bundle: "L1", Recipient: "PERSON", Litigation: true}),
		exit("L2_JUGE_SECRET_LEVE", policy.Disclosure{Bundle: "L2", Recipient: "COURT", Litigation: true, SecrecyLifted: true}),
		exit("L2_JUGE_SECRET_NON_LEVE", policy.Disclosure{Bundle: "L2", Recipient: "COURT", Litigation: true}),
		exit("L2_PREFECTURE", policy.Disclosure{Bundle: "L2", Recipient: "PREFECTURE", InCharge: true, Litigation: true, SecrecyLifted: true}),
		exit("L4_PERSONNE", lawful),
		exit("L4_SANS_DEMANDE", with(func(d *policy.Disclosure) { d.Requested = false })),
		exit("L4_IDENTITE_NON_VERIFIEE", with(func(d *policy.Disclosure) { d.IdentityVerified = false })),
		exit("L4_REPRESENTATION_FINIE", with(func(d *policy.Disclosure) { d.Recipient, d.RepresentationEnded = "REPRESENTATIVE", true })),
		exit("L4_HERITIER_SANS_MOTIF", with(func(d *policy.Disclosure) { d.Recipient, d.MotiveMissing = "THIRD", true })),
		exit("L4_PREFECTURE", with(func(d *policy.Disclosure) { d.Recipient, d.InCharge = "PREFECTURE", true })),
		exit("L3", policy.Disclosure{Bundle: "L3", Recipient: "COURT", Litigation: true}),
		exit("L3_SOURCEE", policy.Disclosure{Bundle: "L3", Recipient: "COURT", Litigation: true, Sourced: true}),
		exit("PURGE", with(func(d *policy.Disclosure) { d.Purged = true })),
		exit("ETABLIE_PAR_SOI", with(func(d *policy.Disclosure) { d.Creator = self })),
		exit("ETABLIE_PAR_AUTRE", with(func(d *policy.Disclosure) { d.Creator = clerk })),
	}
}

// referrals and releases are what the administrative zone knows.
func referrals() []state {
	of := func(name string, r policy.Referral) state {
		r.Kind, r.ID, r.Prefecture = "referral", "r", "75"
		return state{object: "saisine", name: name, resource: r}
	}
	return []state{
		of("OUVERTE", policy.Referral{}),
		of("AVIS_RECU", policy.Referral{Issued: true}),
		of("AVIS_ACCUSE", policy.Referral{Issued: true, Acknowledged: true}),
		of("DECIDEE", policy.Referral{Issued: true, Acknowledged: true, Decided: true}),
		of("RECOURS", policy.Referral{Issued: true, Acknowledged: true, Decided: true, Appealed: true}),
		of("ATTESTATION_DEMANDEE", policy.Referral{Issued: true, Acknowledged: true, Decided: true, Appealed: true, Attested: true}),
		of("RETIREE", policy.Referral{Withdrawn: true}),
	}
}

func releases() []state {
	of := func(name, kind string, acknowledged bool) state {
		return state{object: "envoi", name: name, resource: policy.Release{Kind: "release", Seq: 1, Prefecture: "75", ReceivedBy: "75",
			Release: kind, Acknowledged: acknowledged}}
	}
	return []state{of("MESSAGE", "notice", false), of("AVIS", "opinion", false), of("AVIS_ACCUSE", "opinion", true), of("ATTESTATION", "attestation", false)}
}

// outgoing is what is about to cross the door: a notice of the closed list, and the same with one field more.
func outgoing() []state {
	notice := func(more map[string]any) map[string]any {
		fields := map[string]any{"technical_code": "ACCEPTEE"}
		for name, value := range more {
			fields[name] = value
		}
		const id = "00000000-0000-4000-8000-000000000001"
		return map[string]any{"seq": 1, "kind": "notice", "opinion": nil, "attestation": nil,
			"notice": map[string]any{"id": id, "referral": id, "code": "N0", "on": "2026-03-02", "fields": fields}}
	}
	return []state{
		{object: "envoi_sortant", name: "LICITE", resource: notice(nil)},
		{object: "envoi_sortant", name: "UN_CHAMP_DE_PLUS", resource: notice(map[string]any{"comment": "x"})},
	}
}

func portal(zone string) []state {
	return []state{{object: "portail", name: zone, resource: policy.Portal{Kind: "portal", Zone: zone}}}
}

// rotas and budgets are what the secretariat and the head of service set.
func rotas() []state {
	return []state{{object: "tableau_astreinte", name: "-", resource: policy.Rota{Kind: "rota", Direction: "DT-PARIS"}}}
}

func budgets() []state {
	of := func(name string, head, own bool) state {
		return state{object: "plafond", name: name, resource: policy.BudgetExtension{Kind: "budget", Head: head, Own: own}}
	}
	return []state{of("CHEF_POUR_AUTRUI", true, false), of("CHEF_POUR_SOI", true, true), of("PAS_CHEF", false, false)}
}

// habilitations are persons whom a head of service, or who is none, has before him.
func habilitations() []state {
	of := func(name string, change func(*policy.Habilitation)) state {
		h := policy.Habilitation{Kind: "habilitation", Head: true, Standing: "EN_VIGUEUR"}
		change(&h)
		return state{object: "habilitation", name: name, resource: h}
	}
	return []state{
		of("CHEF_POUR_AUTRUI", func(*policy.Habilitation) {}),
		of("CHEF_SAISIE_PAR_SOI", func(h *policy.Habilitation) { h.Entered = true }),
		of("CHEF_DEJA_CONFIRMEE", func(h *policy.Habilitation) { h.Confirmed = true }),
		of("CHEF_ECHUE", func(h *policy.Habilitation) { h.Standing = "ECHUE" }),
		of("CHEF_SANS_HABILITATION", func(h *policy.Habilitation) { h.Standing = "AUCUNE" }),
		of("CHEF_FONCTION_FINIE", func(h *policy.Habilitation) { h.Standing = "FIN" }),
		of("CHEF_POUR_SOI", func(h *policy.Habilitation) { h.Own = true }),
		of("PAS_CHEF", func(h *policy.Habilitation) { h.Head = false }),
		of("PAS_CHEF_POUR_SOI", func(h *policy.Habilitation) { h.Head, h.Own = false, true }),
	}
}
