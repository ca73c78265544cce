package custody

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// approval is what keyholder keeps: who approved what, not the token, which the
// medical zone archives. What was approved stands here only under a key
// (Keys.Blind): the digest of an opinion's body could be guessed.
type approval struct {
	act, dossier, person string
	issuer, subject      string
	blind                string
	passkey              string // "" when a token approved
	at                   time.Time
}

// of says whether the line is still its approver's: his account, his person, and, where he approved with a passkey, one that the line still names.
func (a approval) of(l wire.Line) bool {
	return l.Issuer == a.issuer && l.Subject == a.subject && l.Person() == a.person && (a.passkey == "" || names(l, a.passkey))
}

type approveData struct {
	ID      string `json:"id"`
	Act     string `json:"act"`
	Dossier string `json:"dossier"`
	Person  string `json:"person"`
	Issuer  string `json:"issuer"`
	Subject string `json:"subject"`
	Blind   string `json:"blind"`
	Token   string `json:"token"` // SHA-256 of the token or of the assertion, to find it in the archive

	Passkey string `json:"passkey,omitempty"` // whose assertion it was
	Counter uint32 `json:"counter,omitempty"` // of the authenticator's signatures, 0 where it counts none
}

func (d *approveData) apply(st *state, at time.Time) {
	st.approvals[d.ID] = approval{
		act: d.Act, dossier: d.Dossier, person: d.Person, issuer: d.Issuer, subject: d.Subject, blind: d.Blind, passkey: d.Passkey, at: at,
	}
	if d.Passkey != "" {
		st.counters[d.Passkey] = d.Counter
	}
	if d.Act != keyholder.ActReportSign {
		return
	}
	if st.rapporteurs[d.Dossier] == nil {
		st.rapporteurs[d.Dossier] = map[string]bool{}
	}
	st.rapporteurs[d.Dossier][d.Person] = true
}

// approved are the acts that an approval exists for.
var approved = []string{keyholder.ActReportSign, keyholder.ActOpinionSign, keyholder.ActDisclosure, keyholder.ActBudget, keyholder.ActLeft}

// approve checks a token that came back for an approval's nonce, at once, and
// keeps the approval across restarts.
func (s *Service) approve(now time.Time, a keyholder.ApproveArgs) (result, error) {
	c, d, err := s.prove(now, a.IDToken, approved...)
	if err != nil {
		return result{}, err
	}
	if c.Nonce != a.Nonce {
		return result{}, fmt.Errorf("token is for another nonce: %w", keyholder.ErrUnauthenticated)
	}
	line, err := s.admit(now, c)
	if err != nil {
		return result{}, err
	}
	if err := mayApprove(line, d.act); err != nil {
		return result{}, err
	}
	// One door for each person: where tokens are never fresh, none approves, whatever it says of itself (TestAPasskeyIsNoSecondDoor).
	if c.Silent {
		return result{}, refuse(keyholder.RulePasskeyAsked)
	}
	if !fresh(c.AuthTime, d.at) {
		return result{}, refuse(keyholder.RuleNotFreshlyProven)
	}
	rec := keyholder.ApprovalRecord{
		ID: hex.EncodeToString(random(16)), Nonce: c.Nonce, Act: d.act, Dossier: d.dossier, Digest: d.digest, Draw: d.draw,
		Issuer: c.Issuer, Subject: c.Subject, NationalID: line.NationalID, Token: a.IDToken, IssuerKey: c.Key, At: now.UTC(),
	}
	token := sha256.Sum256([]byte(a.IDToken))
	return s.commit(rec, &approveData{
		ID: rec.ID, Act: d.act, Dossier: d.dossier, Person: line.Person(), Issuer: c.Issuer, Subject: c.Subject,
		Blind: s.blind(d.digest), Token: hex.EncodeToString(token[:]),
	}, now), nil
}

// mayApprove: a report and an opinion are physicians'; the secretariat too answers for what it lets leave (TestWhoMayApproveWhat).
func mayApprove(line wire.Line, act string) error {
	if line.Class != keyholder.ClassPhysician && act != keyholder.ActDisclosure && act != keyholder.ActBudget {
		return refuse(keyholder.RuleClassNotProven)
	}
	if (act == keyholder.ActBudget || act == keyholder.ActLeft) && !line.Head {
		return refuse(keyholder.RuleNotHead)
	}
	return nil
}

func (s *Service) blind(digest []byte) string {
	return hex.EncodeToString(s.keys.Blind("approval", digest))
}

// fresh says whether the person authenticated for this nonce. Without this, a
// taken-over web process could have a provider's running session answer in
// silence. A token that does not say when is not fresh (its time is zero).
// auth_time counts whole seconds, and two hosts' clocks differ a little.
func fresh(authenticated, drawn time.Time) bool {
	const skew = 5 * time.Second
	return !authenticated.Before(drawn.Add(-skew))
}
