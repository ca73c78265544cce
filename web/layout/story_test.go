package layout

import (
	"maps"
	"testing"
	"time"

	"cloison/web/assets"

	"cloison/release"
)

// stories are the pages as people meet them, with fictitious content: the storybook, and what the browser test reads.
func stories(t *testing.T) map[string]any {
	t.Helper()
	set, err := assets.Load()
	if err != nil {
		t.Fatal(err)
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, paris) }
	now := time.Date(2026, 2, 24, 16, 40, 0, 0, paris)
	shell := func(portal Portal, who *Person, nav ...NavItem) Shell {
		return Shell{Assets: set, Portal: portal, Brand: "demonstration", Person: who, Nav: nav, RequestID: "01J9-7Q4M-20K9", ServedAt: now}
	}
	physician := &Person{Name: "Dr Rachid BENHAMLATI", Quality: "Médecin de l’Office"}
	agent := &Person{Name: "Thibaut LEMARCHANDEL", Quality: "Préfecture de police"}
	work := shell(Medical, physician, NavItem{Label: "Mon travail", Href: "/", Current: true, Count: 4, Hot: true})
	inbox := shell(Prefecture, agent, NavItem{Label: "Boîte de réception", Href: "/", Current: true, Count: 2, Hot: true})
	acknowledged := day(2026, 2, 20)
	dark := work
	dark.Theme = Dark

	rows := []WorkRow{
		{Reference: "9975100017", Kind: "Séjour, première demande", Stage: "Rapport", Clock: DayClock("Avis", "3 mois, R. 425-13", day(2026, 1, 22), day(2026, 4, 22), now), Awaited: Awaited{You: true, Note: "Le récépissé dépend de la transmission"}},
		{Reference: "9975100253", Kind: "Séjour, renouvellement", Stage: "Collège", Clock: DayClock("Avis", "3 mois, R. 425-13", day(2025, 11, 28), day(2026, 2, 28), now), Progress: &Progress{2, 3, "réponses"}, Awaited: Awaited{Who: "Dr Dominique ŁUCZAKIEWSKI"}},
		{Reference: "9969100260", Kind: "Séjour, première demande", Stage: "Signature de l’avis", Clock: DayClock("Avis", "3 mois, R. 425-13", day(2025, 12, 5), day(2026, 3, 5), now), Progress: &Progress{2, 3, "signatures"}, Awaited: Awaited{You: true, Note: "La troisième signature émet l’avis"}, Action: &Action{"Relire et signer", "/dossiers/1", true}},
		{Reference: "9975100338", Kind: "Séjour, première demande", Stage: "Certificat attendu", Clock: DayClock("Certificat", "1 mois, R. 425-12", day(2026, 1, 20), day(2026, 2, 20), now), Awaited: Awaited{Who: "La personne"}},
		{Reference: "9975100345", Kind: "Séjour, accord franco-algérien", Stage: "Avis transmis", Awaited: Awaited{Who: "La préfecture", Note: "Accusé de réception"}},
		{Reference: "9975100277", Kind: "OQTF, personne détenue", Stage: "Avis d’un médecin, annexe D", Urgent: true, Clock: HourClock("Avis", "sans délai, R. 731-1", now.Add(-22*time.Hour), now.Add(110*time.Minute), now), Awaited: Awaited{You: true, Note: "Médecin désigné"}, Action: &Action{"Rendre l’avis", "/dossiers/2", true}},
		{Reference: "9975100284", Kind: "OQTF, personne retenue", Stage: "Avis d’un médecin, annexe D", Urgent: true, Clock: HourClock("Avis", "sans délai, R. 731-1", now.Add(-6*time.Hour), now.Add(18*time.Hour), now), Awaited: Awaited{Who: "Dr Loïc DE SAINT-AUBERT-ROQUES"}},
	}
	message := func(seq int64, on time.Time, unread bool, reference, code string, fields map[string]string, renewal bool) InboxRow {
		title, effect := NoticeWords(code, fields, renewal)
		return InboxRow{Seq: seq, Date: on, Unread: unread, Code: code, Title: title, Effect: effect, Reference: reference, Referral: "r-5c1f0a77"}
	}
	opinion := func(row InboxRow, state OpinionState) InboxRow {
		row.Title, row.Effect = OpinionWords("FAVORABLE", 12, release.KindFirst)
		row.Opinion = &state
		return row
	}
	messages := []InboxRow{
		message(9, day(2026, 2, 24), false, "9975100369", "N2", map[string]string{"due_on": "2026-02-16"}, false),
		opinion(message(8, day(2026, 2, 23), true, "9975100017", "N6", nil, false), OpinionState{Read: "/releases/8", AcknowledgePath: "/releases/8/acknowledgement"}),
		message(7, day(2026, 2, 23), true, "9975100338", "N3", map[string]string{"transmitted_on": "2026-02-23"}, false),
		opinion(message(6, day(2026, 2, 19), false, "9975100345", "N6", nil, false), OpinionState{Read: "/releases/6", Acknowledged: &acknowledged}),
		message(5, day(2026, 2, 18), false, "9975100352", "N1", map[string]string{"received_on": "2026-02-18"}, true),
		message(4, day(2026, 2, 17), false, "9975100376", "N4", map[string]string{"convocation_on": "2026-02-16"}, false),
		message(3, day(2026, 2, 1), false, "9975100383", "N0", map[string]string{"technical_code": "ACCEPTEE"}, false),
	}
	auditor := shell(Medical, &Person{Name: "Olivier DESPRÉAUX-KLEIN", Quality: "Contrôle de conformité"}, NavItem{Label: "Journal", Href: "/", Current: true})
	entries := []JournalRow{
		{At: now, Subject: "a694e7e6-7c58-4f83-839a-c82970217981", Name: "Rachid BENHAMLATI", Role: "Médecin de l’Office", Action: "Transmettre le rapport", Object: "3eaf2bc7-2993-46af-b6b1-95e758cdc4e7", Outcome: "Fait", Rule: "ALLOW_RAPPORTEUR", Request: "038b68f3-dd53-4c68-b5f5-3c0a1bec1650"},
		{At: now, Subject: "813ecfb5-19f3-4735-92ac-fe80df8de8a2", Role: "Médecin de l’Office", Action: "Lire une pièce", Object: "3eaf2bc7-2993-46af-b6b1-95e758cdc4e7", Outcome: "Refusé", Rule: "NOT_ASSIGNED", Request: "acd70f1a-f9f9-4b87-8974-8643a5befa51", Refused: true},
	}
	logState := []StateCard{{Title: "Entrées signées", Figure: Thousands(10482113), Text: "Dernier point de contrôle à 14 h 09.", Link: &Action{Label: "État du journal", Href: "/journal-etat"}},
		{Title: "En attente de signature", Figure: "0", Text: "Une entrée est signée en une seconde environ."}, {Title: "Témoins", Figure: "0", Text: "Aucun témoin n’a encore contresigné.", Warn: true}}
	find := NewForm("/journal/recherche", "", typed{}, map[string]string{"ground": "CONTROLE"})
	finder := &LogFinder{Action: find.Action, Fields: []Field{find.Select("ground", "Motif de la recherche", "", options(groundWords)...), find.Text("account", "Compte", "Identifiant de connexion, ou référence."), find.Date("from", "Du", "")}}
	visitor := shell(Medical, nil)
	signIn := []Provider{
		{Name: "Pro Santé Connect", For: "Médecins de l’Office, avec la carte CPS ou e-CPS.", Href: "/login?issuer=psc"},
		{Name: "ProConnect", For: "Secrétariat médical, auditeurs, délégué à la protection des données, avec un second facteur.", Href: "/login?issuer=proconnect"},
	}
	refusal := RefusalView{Shell: shell(Medical, physician, NavItem{Label: "Mon travail", Href: "/"}), Heading: "Ce dossier est confié à un autre médecin", Rule: "NOT_ASSIGNED",
		Sentence: "Seuls le rapporteur et les membres du collège désignés ouvrent un dossier : c’est le secret médical (L. 1110-4 du code de la santé publique). Être médecin de l’Office ne suffit pas."}
	all := map[string]any{
		"my_work":             MyWorkView{Shell: work, Heading: "Mon travail", Today: now, Rows: rows, Next: "/?after=9975100345"},
		"my_work-empty":       MyWorkView{Shell: work, Heading: "Mon travail", Today: now},
		"my_work-team":        MyWorkView{Shell: work, Heading: "Mon travail", Today: now, Team: TeamNotice{Own: "12 juin 2026", Confirmations: 1, Reviews: 2}},
		"my_work-dark":        MyWorkView{Shell: dark, Heading: "Mon travail", Today: now, Rows: rows},
		"inbox":               InboxView{Shell: inbox, Rows: messages, Next: "/?after=3"},
		"inbox-empty":         InboxView{Shell: inbox},
		"journal":             JournalView{Shell: auditor, Whole: logState, Find: finder, Rows: entries, Next: "/journal?after=acd70f1a"},
		"journal-search":      JournalView{Shell: auditor, Find: finder, Ground: "Contrôle périodique", Rows: entries, Next: "/journal/recherche?ground=CONTROLE&after=acd70f1a"},
		"journal-empty":       JournalView{Shell: auditor},
		"journal_state":       LogStateView{Shell: auditor, Size: 70213, Root: "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", At: now, Witnesses: []LogWitness{{Name: "cloison.production.server/witness", Size: 70201, At: now}}},
		"journal_state-alone": LogStateView{Shell: auditor, Size: 3, Root: "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", At: now, Waiting: 2},
		"journal_proof":       LogProofView{Shell: auditor, Row: entries[1], Position: 41, Size: 70213, Proof: "c2sp.org/tlog-proof@v1\nindex 41\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"},
		"journal_proof-why": LogProofView{Shell: auditor, Row: entries[1], Position: 41, Size: 70213, Proof: "c2sp.org/tlog-proof@v1\nindex 41\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n",
			Account: entries[1].Subject, Purpose: "Instruction", Policy: "0b0b", Sentence: "Vous n’êtes pas affecté à ce dossier pour cette action.", Today: "La politique d’aujourd’hui le permettrait.", Changed: true,
			Conditions: []LogCondition{{"NOT_HABILITATED", true}, {"NOT_ASSIGNED", false}}},
		"journal_replay": ReplayView{Shell: auditor, From: day(2026, 2, 17), Until: now, Kept: true, Decisions: 1204, Same: 900,
			Cards: []StateCard{{Title: "Décisions rejouées", Figure: "1204", Text: "900 prises sous les règles d’aujourd’hui."}, {Title: "Permises alors, refusées aujourd’hui", Figure: "1", Text: "Ce que la politique d’aujourd’hui n’aurait pas permis.", Warn: true}},
			Rows:  []ReplayRow{{At: now, Role: "Médecin de l’Office", Action: "Lire une pièce", Then: "Permis (ALLOW_MEMBER)", Now: "Refusé (NOT_ASSIGNED)", Proof: "/journal/1/preuve"}}},
		"incident": IncidentView{Shell: auditor, Asked: true, Find: finder, Next: "/journal/incident?after=1",
			Cards:      []StateCard{{Title: "Personnes concernées", Figure: "17", Text: "Une par dossier, ou par saisine.", Warn: true}, {Title: "Comptes", Figure: "1", Text: "Ceux qui ont ouvert."}},
			Categories: []IncidentCategory{{"Lire une pièce", "31", "17"}},
			Persons:    []IncidentPerson{{Object: "3eaf2bc7-2993-46af-b6b1-95e758cdc4e7", Readings: "3", Pieces: "2", First: now, Last: now}, {Object: "4eaf2bc7-2993-46af-b6b1-95e758cdc4e7", Readings: "1", Pieces: "0", NameAlone: true, First: now, Last: now}}},
		"alarms": AlarmsView{Shell: auditor, Cards: []StateCard{{Title: "Plafonds", Figure: "1", Text: "à examiner, sept derniers jours.", Warn: true}, {Title: "Horloge", Figure: "0", Text: "à examiner, sept derniers jours."}},
			Rows: []AlarmRow{{Family: "Accès inhabituel", Says: "De nombreux dossiers en un jour.", Why: "Quarante dossiers distincts au moins.", On: "2 mars 2026", Count: "47", Subject: "3eaf2bc7-2993-46af-b6b1-95e758cdc4e7", Proof: "/journal/1/preuve", Form: find, Fields: []Field{find.Select("finding", "Constat", "", Option{Value: "EXPLIQUEE", Label: "Expliquée"})}}}},
		"samples": SamplesView{Shell: auditor, Heading: "Accès tirés au sort", Lead: "Vingt accès d’un mois.", Back: Action{Label: "Journal", Href: "/journal"}, Draw: find, DrawFields: []Field{find.Text("month", "Mois à tirer", "Tel que 2026-03.")},
			Rows: []SampleRow{{Month: "2026-02", At: now, Role: "Médecin de l’Office", Action: "Lire une pièce", Object: "3eaf2bc7-2993-46af-b6b1-95e758cdc4e7", Subject: "4eaf2bc7-2993-46af-b6b1-95e758cdc4e7", Reason: "Ce n’était pas moi", Alarm: true, Proof: "/journal/1/preuve"}}},
		"samples-own": SamplesView{Shell: work, Heading: "Accès à justifier", Lead: "Dites pourquoi.", Back: Action{Label: "Accueil", Href: "/"},
			Rows: []SampleRow{{Month: "2026-02", At: now, Role: "Médecin de l’Office", Action: "Lire une pièce", Object: "3eaf2bc7-2993-46af-b6b1-95e758cdc4e7", Form: find, Fields: []Field{find.Select("reason", "Pourquoi", "", Option{Value: "RAPPORTEUR", Label: "Rapporteur du dossier"})}}}},
		"samples-none":        SamplesView{Shell: work, Heading: "Accès à justifier", Back: Action{Label: "Accueil", Href: "/"}},
		"alarms-none":         AlarmsView{Shell: auditor},
		"incident-blank":      IncidentView{Shell: auditor, Find: finder},
		"journal_replay-none": ReplayView{Shell: auditor, From: day(2026, 2, 17), Until: now},
		"refusal":             refusal,
		"error":               ErrorView{Shell: work, Status: 503, Sentence: "Le coffre des clés est scellé. Réessayez dans quelques minutes."},
		"error-done":          ErrorView{Shell: work, Status: 409, Sentence: "Vous avez déjà signé cet avis. Il n’y a rien à refaire.", Rule: "ALREADY_SIGNED", Object: "/dossiers/1"},
		"error-visitor":       ErrorView{Shell: visitor, Status: 401},
		"login":               LoginView{Shell: visitor, Providers: signIn},
		"reading": ReadingView{Shell: work, Heading: "Pièces du dossier", Back: Action{Label: "Dossier 5c1f0a77", Href: "/dossiers/1"}, Viewer: "http://localhost:8445", Reader: physician.Name, Zone: "Europe/Paris",
			Pieces: []Piece{{ID: "1", Label: "Certificat médical", Note: "Certificat · reçue le 26 janvier 2026", Show: "/api/v1/dossiers/1/documents/1/rendition", Copy: "/api/v1/dossiers/1/documents/1/content"},
				{ID: "2", Label: "Bilan", Note: "Analyse · reçue le 26 janvier 2026. Écartée le 2 février 2026 : elle ne s’ouvre plus."}}},
		"reading-empty": ReadingView{Shell: work, Heading: "Pièces du dossier"},
		"login-out":     LoginView{Shell: shell(Prefecture, nil), Providers: signIn[1:], SignedOut: true},
		"login-left":    LoginView{Shell: shell(Prefecture, nil), Providers: signIn[1:], SignedOut: true, Everywhere: true},
		"login-leaving": LoginView{Shell: shell(Prefecture, nil), SignedOut: true, Leaving: &Provider{Name: "ProConnect", Href: "https://proconnect.example/session/end?state=s"}},
	}
	due := DayClock("Avis", "3 mois, R. 425-13", day(2026, 1, 22), day(2026, 4, 22), now)
	maps.Copy(all, formStories(work, inbox, due))
	maps.Copy(all, readingStories(work, inbox, due, day))
	maps.Copy(all, requestStories(work, due, day))
	maps.Copy(all, exitStories(work))
	maps.Copy(all, missionStories(inbox, day))
	return all
}
