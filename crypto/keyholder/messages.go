package keyholder

import (
	"encoding/json"

	"cloison/crypto/envelope"
)

// Request and Response are the two messages of use.sock. Args and Reply are
// the operation's own message, below.
type Request struct {
	Op   string          `json:"op"`
	Args json.RawMessage `json:"args"`
}

type Response struct {
	Failure *Failure        `json:"failure"`
	Reply   json.RawMessage `json:"reply"`
}

// Operations of use.sock.
const (
	OpStatus         = "Status"
	OpNonce          = "Nonce"
	OpApprove        = "Approve"
	OpOpenSession    = "OpenSession"
	OpCloseSession   = "CloseSession"
	OpCreateDossier  = "CreateDossier"
	OpOpen           = "Open"
	OpIndex          = "Index"
	OpRewrap         = "Rewrap"
	OpSignOpinion    = "SignOpinion"
	OpSignCheckpoint = "SignCheckpoint"
	OpCheck          = "Check"
	OpShredded       = "Shredded"
	OpBudgets        = "Budgets"
	OpExtendBudget   = "ExtendBudget"
	OpEndHandles     = "EndHandles"
	OpApprovePasskey = "ApprovePasskey"
	OpPasskeys       = "Passkeys"
	OpStatistics     = "Statistics"
	OpMarkStatistic  = "MarkStatistic"
)

// Acts that a nonce can be drawn for.
const (
	ActSession     = "session"
	ActReportSign  = "report.sign"
	ActOpinionSign = "opinion.sign"
	ActDisclosure  = "disclosure.create"
	ActBudget      = "budget.extend"
	ActLeft        = "opinion.left"
)

// Classes of the roster.
const (
	ClassPhysician   = "physician"
	ClassSecretariat = "secretariat"
)

// Classes of Index: what a tag may be computed of.
const (
	IndexAGDREF    = "agdref"
	IndexNameBirth = "name_birth"
	// IndexCare is of a physician who treats a person: the value names the
	// dossier, so that the tags of two dossiers can't be compared.
	IndexCare = "care"
)

// Compartment is a dossier's row for one compartment.
type Compartment = envelope.Compartment

type None struct{}

type Status struct {
	Sealed      bool   `json:"sealed"`
	Epoch       string `json:"epoch"` // "" while sealed
	Environment string `json:"environment"`
	Zone        string `json:"zone"`
}

type NonceArgs struct {
	Act     string `json:"act"`
	Dossier string `json:"dossier"`
	Digest  []byte `json:"digest"`
}

type NonceReply struct {
	Nonce string `json:"nonce"`
}

type ApproveArgs struct {
	Nonce   string `json:"nonce"`
	IDToken string `json:"id_token"`
}

type OpenSessionArgs struct {
	IDToken string `json:"id_token"`
}

type OpenSessionReply struct {
	Handle string `json:"handle"`
	Class  string `json:"class"`
}

type CloseSessionArgs struct {
	Handle string `json:"handle"`
}

// EndHandlesArgs names a person as the roster does.
type EndHandlesArgs struct {
	Issuer  string `json:"issuer"`
	Subject string `json:"subject"`
}

type EndHandlesReply struct {
	Ended int `json:"ended"`
}

type CreateDossierArgs struct {
	ID string `json:"id"`
}

// Keys are what a new dossier gets. Wrapped keys that are never committed to
// the database are nothing: keyholder keeps no copy.
type Keys struct {
	Civil   Compartment `json:"civil"`
	Medical Compartment `json:"medical"`
}

type OpenRequest struct {
	Handle string     `json:"handle"`
	Entry  string     `json:"entry"` // the committed audit entry of this reading
	Items  []OpenItem `json:"items"`
}

type OpenItem struct {
	Dossier     string   `json:"dossier"`
	Compartment string   `json:"compartment"`
	Wrapped     []byte   `json:"wrapped"`
	Headers     [][]byte `json:"headers"` // age headers, envelope.Header
}

type OpenReply struct {
	FileKeys [][][]byte `json:"file_keys"` // per item, per header

	// Near is said once per window: this opening is the one that reached 80 % of a budget.
	Near bool `json:"near,omitempty"`
}

type IndexArgs struct {
	Class  string `json:"class"`
	Value  string `json:"value"`
	Search bool   `json:"search,omitempty"` // a person looks for a dossier; else one is filed
}

type IndexReply struct {
	Tag []byte `json:"tag"`

	// Former, in a search: the tags by which a dossier is found that was not brought to the present key yet.
	Former [][]byte `json:"former,omitempty"`
}

type RewrapItem struct {
	Dossier     string `json:"dossier"`
	Compartment string `json:"compartment"`
	Wrapped     []byte `json:"wrapped"`
}

type RewrapArgs struct {
	Items []RewrapItem `json:"items"`
}

type RewrapReply struct {
	Items []Compartment `json:"items"`
}

// CheckReply holds the public half of each identity asked, in order.
type CheckReply struct {
	Recipients []string `json:"recipients"`
}

// SignOpinionRequest asks for the seal of one opinion. Opinion is the canonical
// opinion; a member "seal" is left out before anything is computed, so it may
// be there (null) or not. ToSealDigest is the SHA-256 of what the seal covers of
// the document rendered from it (release/form). Approvals are approval ids, in any order, one per author: the
// opinion's authors must be exactly the lines that the roster gives the
// approvers in the opinion's decision. A body that was sealed before needs none.
//
// Bodies is left out when the authors approved this opinion's body alone. When
// they approved it with those of the dossier's other referrals (ApprovedDigest),
// it is all of these bodies, this one among them, in ascending order of referral.
type SignOpinionRequest struct {
	Dossier      string            `json:"dossier"`
	Opinion      json.RawMessage   `json:"opinion"`
	ToSealDigest []byte            `json:"to_seal_digest"`
	Approvals    []string          `json:"approvals"`
	Bodies       []json.RawMessage `json:"bodies,omitempty"`
}

// Seal is what stands in an opinion's member "seal".
type Seal struct {
	Form  string `json:"form"`
	Alg   string `json:"alg"`
	Key   string `json:"key"`   // names the certificate: hex, 16 bytes of its SHA-256
	Value string `json:"value"` // base64 of the CMS
}

// ShreddedArgs asks which of these dossiers have a tombstone.
type ShreddedArgs struct {
	Dossiers []string `json:"dossiers"`
}

// ShreddedReply names them, in the order asked.
type ShreddedReply struct {
	Dossiers []string `json:"dossiers"`
}

type SignCheckpointArgs struct {
	Checkpoint []byte `json:"checkpoint"` // C2SP tlog-checkpoint, unsigned
}

type SignCheckpointReply struct {
	Note []byte `json:"note"` // the same as a signed note
}
