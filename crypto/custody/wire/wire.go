// Package wire holds the messages of custody.sock, shared by the service and by
// the operators' client. Requests and responses are framed as on use.sock.
package wire

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"cloison/crypto/canonical"
	"cloison/crypto/envelope"
	"cloison/crypto/keyholder"
	"cloison/crypto/passkey"
)

// Operations of custody.sock.
const (
	OpStatus    = "Status"
	OpUnseal    = "Unseal"
	OpSeal      = "Seal"
	OpDraw      = "Draw"
	OpSetRoster = "SetRoster"
	OpSetBudget = "SetBudget"
	OpShred     = "Shred"
	OpDestroy   = "Destroy"
	OpNewEpoch  = "NewEpoch"

	OpTombstones = "Tombstones"
	OpReplay     = "Replay"
)

// Rules of custody refusals (keyholder.ErrRefused).
const (
	RuleShare         = "SHARE_WRONG"
	RuleKeystore      = "KEYSTORE_TAMPERED"
	RuleChain         = "CHAIN_FORGED"
	RuleOrderNonce    = "ORDER_NONCE_UNKNOWN"
	RuleQuorum        = "QUORUM_MISSING"
	RuleRoster        = "ROSTER_MALFORMED"
	RuleBudget        = "BUDGET_MALFORMED"
	RuleVisa          = "VISA_MISSING"
	RuleEpochUnknown  = "EPOCH_UNKNOWN"
	RuleEpochInUse    = "EPOCH_IN_USE"
	RuleEpochExists   = "EPOCH_EXISTS"
	RuleAlreadyShred  = "DOSSIER_SHREDDED"
	RuleNotUnsealable = "KEYSTORE_UNREADABLE"
)

type Status struct {
	Sealed      bool   `json:"sealed"`
	Environment string `json:"environment"`
	Zone        string `json:"zone"`
	Keystore    string `json:"keystore"`
	Start       string `json:"start"`     // this start's random name
	Recipient   string `json:"recipient"` // this start's ephemeral recipient, for shares
	K           int    `json:"k"`
	N           int    `json:"n"`
	Given       []int  `json:"given"` // custodians whose share is in
	Wrong       int    `json:"wrong"` // wrong shares seen by this start
	Epoch       string `json:"epoch"`
	RosterLines int    `json:"roster_lines"`
	Shredded    int    `json:"shredded"`
}

type UnsealArgs struct {
	Share []byte `json:"share"` // sealed to Status.Recipient
}

type UnsealReply struct {
	Sealed bool `json:"sealed"`
	Given  int  `json:"given"`
	K      int  `json:"k"`
}

type DrawReply struct {
	Nonce []byte `json:"nonce"`
}

// Line of the roster: who OFII has empowered, as whom, until when.
type Line struct {
	Issuer       string   `json:"issuer"`
	Subject      string   `json:"subject"`
	NationalID   string   `json:"national_id"` // RPPS of a physician
	Class        string   `json:"class"`
	Compartments []string `json:"compartments"`
	From         string   `json:"from"` // day, Europe/Paris, included
	To           string   `json:"to"`   // day included, "" without end

	// Head of service: may extend, for today, the budgets of others. Left out
	// when false, so that a line has one form.
	Head bool `json:"head,omitempty"`

	// Listings of a physician in the published composition decisions. Left out
	// when there is none, so that a line has one form.
	Listings []Listing `json:"listings,omitempty"`

	// Passkeys that approve acts for this person, where his issuer does not
	// authenticate anew. Left out when there is none, so that a line has one form.
	Passkeys []passkey.Key `json:"passkeys,omitempty"`
}

// Roster is the whole list; setting it replaces the one before.
type Roster struct {
	Lines []Line `json:"lines"`
}

// Person names a line's person: two lines of one physician, under two accounts,
// are one person and approve once.
func (l Line) Person() string {
	if l.NationalID != "" {
		return "national_id:" + l.NationalID
	}
	return "subject:" + l.Issuer + "#" + l.Subject
}

// On says whether the line holds on a day (ISO 8601).
func (l Line) On(day string) bool {
	return l.From <= day && (l.To == "" || day <= l.To)
}

// Valid refuses a roster that would give more than its class allows.
func (r Roster) Valid() error {
	for i, l := range r.Lines {
		if err := l.valid(); err != nil {
			return fmt.Errorf("roster line %d: %w", i+1, err)
		}
	}
	if err := r.oneOwner(); err != nil {
		return err
	}
	return r.oneHolder()
}

func (l Line) valid() error {
	if l.Issuer == "" || l.Subject == "" {
		return errors.New("no issuer or subject")
	}
	if !day(l.From) || (l.To != "" && (!day(l.To) || l.To < l.From)) {
		return errors.New("malformed dates")
	}
	var allowed []string
	switch l.Class {
	case keyholder.ClassPhysician:
		if l.NationalID == "" {
			return errors.New("a physician without national id")
		}
		allowed = []string{envelope.Civil, envelope.Medical}
	case keyholder.ClassSecretariat:
		// Never medical: a clerk's line that listed it would undo the wall.
		allowed = []string{envelope.Civil}
	default:
		return errors.New("unknown class")
	}
	if err := validListings(l); err != nil {
		return err
	}
	if err := validPasskeys(l); err != nil {
		return err
	}
	if len(l.Compartments) == 0 {
		return errors.New("no compartment")
	}
	for i, c := range l.Compartments {
		if !slices.Contains(allowed, c) || slices.Contains(l.Compartments[:i], c) {
			return errors.New("a compartment this class does not open")
		}
	}
	return nil
}

func day(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// Limits of distinct dossiers.
type Limits struct {
	PersonHour int `json:"person_hour" toml:"person_hour"`
	PersonDay  int `json:"person_day" toml:"person_day"`
	ZoneDay    int `json:"zone_day" toml:"zone_day"`
}

// Budgets by compartment.
type Budgets struct {
	Civil   Limits `json:"civil" toml:"civil"`
	Medical Limits `json:"medical" toml:"medical"`
}

// Of gives the limits of a compartment.
func (b Budgets) Of(compartment string) Limits {
	if compartment == envelope.Medical {
		return b.Medical
	}
	return b.Civil
}

// Valid refuses limits that are not limits.
func (b Budgets) Valid() error {
	for _, l := range []Limits{b.Civil, b.Medical} {
		if l.PersonHour < 1 || l.PersonDay < 1 || l.ZoneDay < 1 {
			return errors.New("a budget is at least one dossier")
		}
	}
	return nil
}

// Quorum is what k custodians add to an order.
type Quorum struct {
	Nonce      []byte      `json:"nonce"`
	Signatures []Signature `json:"signatures"`
}

type Signature struct {
	Custodian int    `json:"custodian"`
	Value     []byte `json:"value"` // Ed25519 over Order
}

type SetRosterArgs struct {
	Roster Roster `json:"roster"`
	Quorum Quorum `json:"quorum"`
}

type SetBudgetArgs struct {
	Budgets Budgets `json:"budgets"`
	Quorum  Quorum  `json:"quorum"`
}

type ShredArgs struct {
	Dossier string `json:"dossier"`
	Visa    string `json:"visa"` // opaque reference of the archives' visa
	Quorum  Quorum `json:"quorum"`
}

type DestroyArgs struct {
	Epoch  string `json:"epoch"`
	Quorum Quorum `json:"quorum"`
}

// NewEpochArgs asks for a new current epoch. Its recovery identity stays where
// it was made: keyholder gets the recipient.
type NewEpochArgs struct {
	Epoch    string `json:"epoch"`
	Recovery string `json:"recovery"`
	Quorum   Quorum `json:"quorum"`
}

type NewEpochOrder struct {
	Epoch    string `json:"epoch"`
	Recovery string `json:"recovery"`
}

// Subjects of orders: what is signed of ShredArgs and DestroyArgs.
type ShredOrder struct {
	Dossier string `json:"dossier"`
	Visa    string `json:"visa"`
}

type DestroyOrder struct {
	Epoch string `json:"epoch"`
}

// Tombstone is a shredding as custodians signed it. It proves itself: whoever
// restores a keyholder from before it gives it back, and k custodians need not
// sign again.
type Tombstone struct {
	Dossier string `json:"dossier"`
	Visa    string `json:"visa"`
	Quorum  Quorum `json:"quorum"`
	Mark    []byte `json:"mark,omitempty"` // keyholder's own, in a copy: it holds when those who signed are custodians no more
}

// MaxTombstones bounds one page of them.
const MaxTombstones = 1000

type TombstonesArgs struct {
	After int `json:"after"` // how many the asker has
}

type TombstonesReply struct {
	Tombstones []Tombstone `json:"tombstones"` // in the order of shredding
}

type ReplayArgs struct {
	Tombstones []Tombstone `json:"tombstones"`
}

type ReplayReply struct {
	New int `json:"new"` // of them, those that were not known
}

// Order is what a custodian signs: this operation with exactly this content,
// for this keystore, once (keyholder drew the nonce).
func Order(keystore, op string, content any, nonce []byte) ([]byte, error) {
	b, err := canonical.Marshal(content)
	if err != nil {
		return nil, err
	}
	return canonical.Fields("cloison-order-1", []byte(keystore), []byte(op), b, nonce), nil
}
