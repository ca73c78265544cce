package e2e_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A court case goes from the prefecture's refusal and the appeal to the bundle through the pages, at the keyboard of a real browser: what is refused
// is refused with its rule, what leaves is numbered, and each page is held to the accessibility rules.
func TestACourtCaseGoesFromAppealToBundleByItsPages(t *testing.T) {
	t.Parallel()
	l := shared(t).line(t, "case-01", false).to(t, "acknowledgeRelease")
	s := courtStory{screens: &screens{line: l, t: t, look: plainLook}, author: l.who("saveReport")}
	s.letters(t)
	s.beforeTheAppeal(t)
	s.appeal(t)
	s.attest(t)
	s.lift(t)
	s.bundle(t)
	s.accesses(t)
	s.looked(t)
}

type courtStory struct {
	*screens
	author string
}

// letters: each letter is a document that says its mentions in order; the secretariat draws none that says what was asked.
func (s courtStory) letters(t *testing.T) {
	t.Helper()
	clerk := s.visit(t, s.secretary, "")
	clerk.follow("Lettres et bordereaux")
	clerk.sees("Accusé de réception de votre certificat médical", "Sous couvert du directeur général", "certificat reçu par le service médical")
	drawn, patient := 0, s.given.Applicant["patient"].(object)["family_name"].(string)
	for _, href := range clerk.documents("letter.pdf") {
		text := s.pdf(t, s.secretary, href)
		if strings.Contains(strings.ReplaceAll(text, patient, ""), "'") || !inOrder(text, "Office français de l’immigration et de l’intégration", "Service médical", "Dossier "+s.dossier[:8]) {
			t.Errorf("%s says\n%s", href, text)
		}
		if strings.Contains(href, "ACCUSE_CERTIFICAT") && !inOrder(text, "Madame, Monsieur,", "a reçu votre certificat médical le", "La préfecture n’apprend", "Cette lettre est écrite en français", "Le service médical") {
			t.Errorf("out of order:\n%s", text)
		}
		drawn++
	}
	slips := clerk.documents("slip.pdf")
	if drawn < 3 || len(slips) < 3 {
		t.Fatalf("%d letters and %d slips are offered", drawn, len(slips))
	}
	if text := s.pdf(t, s.secretary, slips[len(slips)-1]); !inOrder(text, "Bordereau d’envoi", "Sous couvert du directeur général", "Objet :", patient, "Envoi n°") {
		t.Errorf("the slip says\n%s", text)
	}
}

func (s courtStory) beforeTheAppeal(t *testing.T) {
	t.Helper()
	clerk := s.visit(t, s.secretary, "/envois")
	clerk.sees("Rien n’est encore sorti de ce dossier", "pas d’attestation à la préfecture", "Le secret n’est pas levé")
	clerk.seesNot("Dossier médical au juge")
	clerk.follow("Établir l’attestation")
	clerk.send("Établir l’envoi", map[string]string{"requester": s.agent})
	clerk.sees("APPEAL_MISSING")
	author := s.visit(t, s.author, "/envois/juge")
	author.send("Établir l’envoi", nil)
	author.sees("L2_WITHOUT_SECRECY_LIFT", "Le secret n’est pas levé")
	author.seesNot("n’est déclaré") // a condition of another exit
}

// appeal: the prefecture records its refusal and signals the appeal, and asks for the attestation in the same visit.
func (s courtStory) appeal(t *testing.T) {
	t.Helper()
	s.browse(s.agent, func(agent *reader) {
		agent.open("/saisines/" + s.referral)
		agent.press("Enregistrer votre décision")
		agent.fill(map[string]string{"outcome": "REFUS"})
		agent.enter()
		s.sees(agent, "Votre décision est enregistrée")
		agent.press("Signaler un recours")
		agent.inspect("prefecture-appeal")
		agent.fill(map[string]string{"court": "Tribunal administratif de Paris", "case_number": "2601234"})
		agent.enter()
		s.sees(agent, "Le recours est signalé", "Tribunal administratif de Paris, n° 2601234")
		agent.press("Demander l’attestation de procédure")
		agent.fill(map[string]string{"case_number": "2601234"})
		agent.enter()
		s.sees(agent, "L’attestation est demandée")
		agent.inspect("prefecture-appeal-told")
		s.awaitEvent(t, "RECOURS_DEPOSE")
		eventually(t, "the attestation crosses", func() bool {
			return s.env.as(t, s.agent).call(t, s.about("getAttestation", nil)).Status == 200
		})
	})
}

func (s courtStory) attest(t *testing.T) {
	t.Helper()
	files := s.establish(t, s.secretary, "Établir l’attestation", "Attestation de procédure", map[string]string{"requester": s.agent})
	text := textOfPDF(t, files["documents/002-attestation-de-procedure.pdf"])
	if !inOrder(text, "Attestation de procédure", "Auteur du rapport, qui n’a pas siégé", "Auteurs de l’avis", "Décision du directeur général", "rapport transmis au collège", "aucun élément médical") {
		t.Errorf("the attestation says\n%s", text)
	}
	for _, canary := range s.secretsOf(t) {
		if token.MatchString(canary) && strings.Contains(text, canary) {
			t.Errorf("the attestation holds %q", canary)
		}
	}
}

func (s courtStory) lift(t *testing.T) {
	t.Helper()
	s.browse(s.secretary, func(clerk *reader) {
		clerk.open(s.page("/envois"))
		clerk.press("Enregistrer la levée du secret")
		clerk.inspect("medical-lifting")
		clerk.fill(map[string]string{"by": "patient", "scope": "DOSSIER_COMPLET", "proof": "mémoire signé"})
		clerk.enter()
		s.sees(clerk, "La levée du secret est enregistrée", "La personne a levé le secret pour tout le dossier")
	})
	s.refused(t, s.env.as(t, s.secretary), s.call("recordSecrecyLifting", object{"scope": "DOSSIER_COMPLET", "proof": "p", "by": "ext:mandataire"}),
		refusal{status: 403, code: "forbidden", rule: "LIFTING_WRONG_PERSON"})
}

// bundle: numbered documents, the observations, and a manifest that holds.
func (s courtStory) bundle(t *testing.T) {
	t.Helper()
	s.browse(s.author, func(author *reader) {
		author.open(s.page("/envois"))
		author.press("Écrire des observations")
		author.fill(map[string]string{"text": "OBSERVATIONSPOURLEJUGE, l’avis est maintenu."})
		author.enter()
		s.sees(author, "Les observations sont scellées")
	})
	files := s.establish(t, s.author, "Dossier médical au juge", "Dossier médical, au juge", map[string]string{"recipient": ""})
	inventory := normalText(textOfPDF(t, files["documents/001-inventaire.pdf"]))
	number := regexp.MustCompile(`^documents/(\d{3})-`)
	seen := map[string]string{}
	for name := range files {
		if found := number.FindStringSubmatch(name); found != nil {
			if seen[found[1]] != "" {
				t.Errorf("%s and %s have one number", name, seen[found[1]])
			}
			seen[found[1]] = name
		}
	}
	for i := 1; i <= len(seen); i++ {
		if seen[fmt.Sprintf("%03d", i)] == "" || !strings.Contains(inventory, fmt.Sprintf(" %d. ", i)) {
			t.Errorf("document %d is missing, or not in the inventory: %s", i, inventory)
		}
	}
	if !inOrder(inventory, "Sous couvert du directeur général", "1. Inventaire", "Observations du médecin", "Attestation de procédure", "Avis, version 1, scellé", "Certificat médical", "Rapport médical", "Pièce médicale 1") {
		t.Errorf("the inventory says %s", inventory)
	}
	if text := textOfPDF(t, files["documents/002-observations.pdf"]); !strings.Contains(text, "OBSERVATIONSPOURLEJUGE") || !strings.Contains(text, "Pièce n° 2") {
		t.Errorf("the observations say %s", text)
	}
	if n := s.env.count(t, medicalZone, "SELECT count(*) FROM medical.events WHERE data::text LIKE '%OBSERVATIONSPOURLEJUGE%'"); n != 0 {
		t.Error("the observations stand in clear")
	}
	var lines []struct{ Name, SHA256 string }
	if err := json.Unmarshal([]byte(files["manifeste.json"]), &lines); err != nil || len(lines) != len(files)-1 {
		t.Fatalf("%d lines for %d files: %v", len(lines), len(files), err)
	}
	for _, line := range lines {
		if sum := sha256.Sum256([]byte(files[line.Name])); hex.EncodeToString(sum[:]) != line.SHA256 {
			t.Errorf("%s is not what the manifest says", line.Name)
		}
	}
}

// accesses: roles and purposes, and no name.
func (s courtStory) accesses(t *testing.T) {
	t.Helper()
	clerk := s.visit(t, s.secretary, "/acces-enregistres")
	clerk.sees("Médecin de l’Office", "Secrétariat médical", "Le contenu d’un envoi")
	clerk.seesNot("BENHAMLATI", "KERLOCHAN", "med-12", "med-03")
	s.refused(t, s.env.as(t, "med-05"), s.call("listAccesses", nil), refusal{status: 404, code: "not_found", rule: "NOT_ASSIGNED", hidden: true})
	s.env.as(t, "dpo-01").do(t, s.call("listAccesses", nil))
}

// looked examines each page in a browser.
func (s courtStory) looked(t *testing.T) {
	t.Helper()
	for who, pages := range map[string][]string{
		s.author: {"/courriers", "/envois/juge", "/envois/pays", "/envois/acces", "/envois/observations", "/envois/levee-du-secret", "/acces-enregistres"},
		"dpo-01": {"/conservation", "/destruction", "/acces-enregistres"},
	} {
		r := s.env.browse(t, medicalZone, who)
		for _, page := range pages {
			r.open("/dossiers/" + s.dossier + page)
			r.inspect("medical-" + strings.ReplaceAll(strings.TrimPrefix(page, "/"), "/", "-"))
		}
		if who == "dpo-01" {
			r.open("/conservation")
			r.inspect("medical-retention")
		}
		r.leave()
	}
}

// establish makes an exit: its form from the list of exits, the fresh authentication of who sends it, the form again, and the archive by its link.
func (s courtStory) establish(t *testing.T, who, link, said string, values map[string]string) map[string]string {
	t.Helper()
	var archive string
	s.browse(who, func(r *reader) {
		send := func() {
			r.press(link)
			r.fill(values)
			r.enter()
		}
		r.open(s.page("/envois"))
		send()
		s.sees(r, "Confirmer votre identité")
		r.press("Confirmer mon identité")
		if person := s.env.person(t, who); strings.Contains(r.text(), person.Login) {
			r.press(ask[string](r, `document.querySelector('button[value="`+person.Login+`"]').innerText`))
		}
		s.sees(r, "Votre identité est confirmée", "Envois du dossier")
		send()
		s.sees(r, "L’envoi est établi et figé", said)
		r.inspect("medical-exits-" + who)
		archive = ask[string](r, `[...document.querySelectorAll('a[href*="/disclosures/"]')].pop().getAttribute('href')`)
	})
	a, _, err := s.env.as(t, who).get(t.Context(), archive, "")
	if err != nil || a.Status != 200 {
		t.Fatalf("fetching %v: %s %v", archive, a, err)
	}
	return unzipped(t, a.Body)
}

func unzipped(t *testing.T, body []byte) map[string]string {
	t.Helper()
	read, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range read.File {
		from, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(content)
	}
	return files
}

// documents are the links of a page whose address has that part.
func (v *visitor) documents(part string) (list []string) {
	for n := range v.root.Descendants() {
		if href := attribute(n, "href"); n.Data == "a" && strings.Contains(href, part) {
			list = append(list, href)
		}
	}
	return list
}

func (v *visitor) link(part string) string {
	v.t.Helper()
	list := v.documents(part)
	if len(list) == 0 {
		v.t.Fatalf("%s at %s: no link to %s", v.who, v.path, part)
	}
	return list[0]
}

func (s courtStory) pdf(t *testing.T, who, href string) string {
	t.Helper()
	a, _, err := s.env.as(t, who).get(t.Context(), href, "")
	if err != nil || a.Status != 200 || a.Header.Get("Content-Type") != "application/pdf" {
		t.Fatalf("%s: %s %v", href, a, err)
	}
	return textOfPDF(t, string(a.Body))
}

func textOfPDF(t *testing.T, file string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "pdftotext", path, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("pdftotext: %v %s", err, out)
	}
	return string(out)
}

func normalText(text string) string { return strings.Join(strings.Fields(text), " ") }

// inOrder says that a text has these parts, one after the other.
func inOrder(text string, parts ...string) bool {
	text = normalText(text)
	for _, part := range parts {
		at := strings.Index(text, part)
		if at < 0 {
			return false
		}
		text = text[at+len(part):]
	}
	return true
}
