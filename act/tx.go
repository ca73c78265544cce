package act

import (
	"time"

	"github.com/jackc/pgx/v5"
)

// Tx is the transaction of an allowed act. It must not be committed, rolled back or kept by fn.
type Tx struct {
	pgx.Tx
	Now      time.Time // the instant of the act
	Resource any       // what Load gave, locked

	attempt *attempt
	status  int
	hooks   []func()
}

// Entry is the id of the entry that this act will leave: keyholder is shown it when the act opens something.
func (t *Tx) Entry() string { return t.attempt.entry.ID }

// Digest adds the SHA-256 of an age header that this act writes. The vault opens only headers that stand in the entries.
func (t *Tx) Digest(sum []byte) {
	t.attempt.entry.Digests = append(t.attempt.entry.Digests, append([]byte(nil), sum...))
}

// SetObject names what this act created; the status becomes 201.
func (t *Tx) SetObject(kind, id string) {
	t.attempt.entry.ObjectKind, t.attempt.entry.Object = kind, opaque(id)
	t.status = 201
}

// SetItem names the piece that this act created or touched.
func (t *Tx) SetItem(id string) { t.attempt.entry.Item = opaque(id) }

// SetStatus is the HTTP status that a replay answers again; 200, or 201 after SetObject, when not set.
func (t *Tx) SetStatus(status int) { t.status = status }

// AfterCommit runs hook once the act is committed. A hook cannot fail the act: it only wakes what waits.
func (t *Tx) AfterCommit(hook func()) { t.hooks = append(t.hooks, hook) }

func (t *Tx) object() Object {
	e := t.attempt.entry
	return Object{Kind: e.ObjectKind, ID: e.Object, Item: e.Item}
}
