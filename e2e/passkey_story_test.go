package e2e_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"cloison/crypto/custody/chain"
	"cloison/crypto/custody/keystore"
	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/passkey"
	"cloison/crypto/passkey/passkeytest"
)

// A physician's provider answers from a running session. He makes a passkey on a page of his own; it signs nothing until custodians have confirmed it
// on the roster; then his opinion is signed with it, and the approval is proven by the tool, from files, without network.
func TestAnOpinionIsSignedWithAPasskey(t *testing.T) {
	t.Parallel()
	const signer = "med-06"
	e := start(t, options{clock: sharedClock, passkeys: true})
	l := e.removal(t, "OQTF_L7313_ASSIGNE", "ASSIGNE_EXECUTION")
	e.as(t, l.secretary).do(t, l.call("designatePhysician", l.designation("DES-2025-07", signer)))
	l.member(t, signer, "giveAnswers", favourable(1, 1, 12))
	l.member(t, signer, "settleOpinion", settled(favourable(1, 1, 12), "UNIQUE"))

	r := e.browseAs(t, medicalZone, signer, look{width: wide, scheme: "light", scripted: true}, nil)
	r.holdsAnAuthenticator()
	sign := func() {
		r.open("/dossiers/" + l.dossier + "/avis")
		r.press("Signer l’avis")
		r.press("Confirmer mon identité")
	}
	says := func(wanted string) {
		t.Helper()
		if text := r.text(); !strings.Contains(text, wanted) {
			t.Fatalf("at %s: no %q:\n%s", r.title(), wanted, text)
		}
	}
	sign()
	says("Aucune des vôtres n’est confirmée")
	r.press("Mes clés d’accès")
	r.press("Enregistrer une clé")
	says("Pas encore confirmée")
	r.hasNoSinks()
	r.inspect("medical-passkeys")
	r.open("/ouvertures")
	says("Mes clés d’accès")
	r.press("Mes sessions")
	r.press("Mes clés d’accès")
	says("Pas encore confirmée")
	sign()
	says("Aucune des vôtres n’est confirmée")

	made := e.confirmPasskey(t, signer)
	r.open("/login?" + url.Values{"login_hint": {e.person(t, signer).Login}}.Encode()) // a roster that changed ends every handle
	r.open("/cles-d-acces")
	says("Confirmée par les dépositaires")
	says(made.Fingerprint())
	sign()
	r.hasNoSinks()
	r.inspect("medical-passkey")
	r.press("Confirmer avec ma clé")
	says("Votre identité est confirmée")
	r.press("Signer l’avis")
	says("Votre signature est enregistrée")
	l.wantOpinion(t, l.referral)

	e.approvalIsProven(t, l, signer, made.Fingerprint())
}

// hasNoSinks: the script of this page can write neither markup nor code.
func (r *reader) hasNoSinks() {
	r.t.Helper()
	policy := ask[string](r, `(() => { const again = new XMLHttpRequest(); again.open('GET', location.href, false); again.send(); return again.getResponseHeader('Content-Security-Policy') })()`)
	if !strings.Contains(policy, "require-trusted-types-for 'script'; trusted-types 'none'") || strings.Contains(policy, "unsafe") {
		r.t.Errorf("at %s: %s", r.title(), policy)
	}
}

// A key is proposed once, by whom it is asked of, over the challenge of his own session; nobody proposes for another.
func TestAPasskeyIsProposedOnce(t *testing.T) {
	t.Parallel()
	propose := func(t *testing.T, p *person, r passkey.Registration) answer {
		text := base64.RawURLEncoding.EncodeToString
		return p.call(t, call{op: "proposePasskey", json: object{"credential": text(r.Credential), "attestation_object": text(r.AttestationObject), "client_data": text(r.ClientData)}})
	}
	challenge := func(t *testing.T, p *person) string {
		registration, _ := p.do(t, call{op: "listPasskeys"}).object(t)["registration"].(object)
		given, _ := registration["challenge"].(string)
		return given
	}
	t.Run("where the provider authenticates anew, none is taken", func(t *testing.T) {
		e := shared(t)
		p := e.signIn(t, medicalZone, "med-07")
		held := passkeytest.New(t, "http://localhost:1")
		if c := challenge(t, p); c != "" {
			t.Errorf("a challenge is given: %s", c)
		}
		if a := propose(t, p, held.Register(t, "Y2hh")); a.Status != http.StatusConflict {
			t.Errorf("%s", a)
		}
	})
	e := start(t, options{clock: sharedClock, passkeys: true})
	p, other := e.signIn(t, medicalZone, "med-07"), e.signIn(t, medicalZone, "med-05")
	held := passkeytest.New(t, e.zones[medicalZone].base)
	made := held.Register(t, challenge(t, p))
	for name, r := range map[string]passkey.Registration{
		"another challenge": held.Register(t, "b3RoZXI"),
		"another portal":    passkeytest.New(t, "https://evil.example").Register(t, challenge(t, p)),
		"nobody verified":   held.Register(t, challenge(t, p), func(o *passkeytest.Answer) { o.Flags = passkeytest.Present }),
	} {
		if a := propose(t, p, r); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %s", name, a)
		}
	}
	if a := propose(t, other, made); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("over another's challenge: %s", a)
	}
	if a := propose(t, p, made); a.Status != http.StatusCreated || a.object(t)["fingerprint"] != held.Key(t).Fingerprint() {
		t.Fatalf("%s", a)
	}
	if a := propose(t, p, made); a.Status != http.StatusConflict {
		t.Errorf("twice: %s", a)
	}
	if own := p.do(t, call{op: "listPasskeys"}).items(t); len(own) != 1 || own[0]["confirmed"] != false {
		t.Errorf("his own: %v", own)
	}
	if own := other.do(t, call{op: "listPasskeys"}).items(t); len(own) != 0 {
		t.Errorf("another's: %v", own)
	}
}

// holdsAnAuthenticator plugs a key into the person's browser: it verifies him, and counts.
func (r *reader) holdsAnAuthenticator() {
	r.t.Helper()
	r.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportUsb, HasUserVerification: true, IsUserVerified: true,
			AutomaticPresenceSimulation: true,
		}})
		return err
	}))
}

// confirmPasskey is what custodians do: they take the proposal from the tool, put it under the person's line, and sign the whole roster anew.
func (e *environment) confirmPasskey(t *testing.T, who string) passkey.Key {
	t.Helper()
	tables := e.tool(t, "keys", "passkeys", "--database-url-file", filepath.Join(e.dir, "keys", "database-medical.url"))
	var roster wire.Roster
	err := chain.Follow(filepath.Join(e.dir, "state", "chain")).Round(func(r chain.Record) error {
		var set struct {
			Roster wire.Roster `json:"roster"`
		}
		if r.Op != wire.OpSetRoster {
			return nil
		}
		err := json.Unmarshal(r.Data, &set)
		roster = set.Roster
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_, said, _ := strings.Cut(tables, "# "+e.person(t, who).Login+", compte ")
	subject, _, _ := strings.Cut(said, ",")
	at := slices.IndexFunc(roster.Lines, func(l wire.Line) bool { return l.Subject == subject })
	if at < 0 {
		t.Fatalf("%s is not on the roster", who)
	}
	line := "[[line]]\nissuer = \"x\"\nsubject = \"x\"\nnational_id = \"x\"\nclass = \"physician\"\ncompartments = [\"civil\"]\nfrom = \"2026-01-01\"\n"
	parsed, err := operator.ParseRoster(line + tables)
	if err != nil || len(parsed.Lines[0].Passkeys) != 1 {
		t.Fatalf("what the tool printed: %v\n%s", err, tables)
	}
	roster.Lines[at].Passkeys = parsed.Lines[0].Passkeys
	custodian := func(n int) string { return filepath.Join(e.dir, "keys", "custodians", keystore.CustodianFile(n)) }
	if err := operator.SetRoster(t.Context(), filepath.Join(e.dir, "run", "custody.sock"), roster, custodian(1), custodian(2)); err != nil {
		t.Fatal(err)
	}
	return roster.Lines[at].Passkeys[0]
}

func (e *environment) tool(t *testing.T, args ...string) string {
	t.Helper()
	said, err := exec.CommandContext(t.Context(), theWorld.program("cloison"), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("cloison %s: %v\n%s", strings.Join(args, " "), err, said)
	}
	return string(said)
}

// approvalIsProven has the tool check the archived approval against the custodians' signatures and the opinion as the prefecture got it; with one byte
// of it changed, it proves nothing.
func (e *environment) approvalIsProven(t *testing.T, l *line, who, fingerprint string) {
	t.Helper()
	e.forget()
	var list struct{ Items []json.RawMessage }
	if err := json.Unmarshal(e.as(t, who).do(t, l.with("listApprovals", nil, "purpose", "INSTRUCTION")).Body, &list); err != nil || len(list.Items) != 1 {
		t.Fatalf("%d approvals, %v", len(list.Items), err)
	}
	dir := t.TempDir()
	archive, opinion := filepath.Join(dir, "approbation.json"), filepath.Join(dir, "avis.json")
	var sent string
	pool := e.pool(t, serverZone)
	if err := pool.QueryRow(t.Context(), `SELECT r.body::json ->> 'opinion' FROM server.releases r WHERE r.referral = $1::uuid AND r.code = 'N6'`, l.referral).Scan(&sent); err != nil {
		t.Fatal(err)
	}
	write(t, opinion, sent)
	prove := func(approval string) (string, error) {
		write(t, archive, approval)
		said, err := exec.CommandContext(t.Context(), theWorld.program("cloison"), "audit", "prove", "--keystore", filepath.Join(e.dir, "keys", "keystore"),
			"--chain", filepath.Join(e.dir, "state", "chain"), "--opinion", opinion, archive).CombinedOutput()
		return string(said), err
	}
	if said, err := prove(string(list.Items[0])); err != nil || !strings.Contains(said, "prouvé") || !strings.Contains(said, "clé d'accès "+fingerprint) {
		t.Errorf("%v: %s", err, said)
	}
	if said, err := prove(strings.Replace(string(list.Items[0]), `"dossier":"`, `"dossier":"0`, 1)); err == nil || strings.Contains(said, "prouvé") {
		t.Errorf("another dossier is proven: %s", said)
	}
}
