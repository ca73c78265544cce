package wire

// Operations that replace one key and leave the keystore.
const (
	OpNextKey = "NextKey"
	OpTakeKey = "TakeKey"
	OpRetag   = "Retag"
)

// Rules of their refusals.
const (
	RuleKeyUnknown = "KEY_UNKNOWN"
	RuleKeyNext    = "KEY_NOT_NEXT"
	RuleTag        = "TAG_UNKNOWN"
)

// KeyOrder is what custodians sign: which key, by its name (keystore.KeyCheckpoints and others), and to take one, which they mean.
type KeyOrder struct {
	Key    string `json:"key"`
	Public []byte `json:"public,omitempty"`
}

type KeyArgs struct {
	KeyOrder
	Quorum Quorum `json:"quorum"`
}

// MaxRetag bounds one call.
const MaxRetag = 500

// RetagArgs asks for stored search tags of one class under the present key. It needs no quorum: what it answers says nothing of what a tag is of.
type RetagArgs struct {
	Class string   `json:"class"`
	Tags  [][]byte `json:"tags"`
}

type RetagReply struct {
	Tags [][]byte `json:"tags"` // in order
}
