package act

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/policy"
)

// Object is what an act is about, by opaque ids. For any act on a dossier or a piece of it, Kind is "dossier" and ID the dossier's;
// Item is the piece.
type Object struct{ Kind, ID, Item string }

// Act is one thing to be done.
type Act struct {
	Action         string
	Object         Object
	Purpose        string
	RequestID      string
	IdempotencyKey string
	Context        policy.Context // Members, Person, Open; On, Purpose and Zone are filled by the gate

	// Load loads and locks what the decision is about, in the transaction of the act. NotFound() where there is nothing. It may
	// return a Loaded to give what the reference data say of the persons concerned, read in the same transaction. A nil Load is an
	// act on the portal itself.
	Load func(ctx context.Context, tx pgx.Tx) (resource any, err error)

	// ReadOnly: the entry is an access (kept three years), not evidence of the procedure (five).
	ReadOnly bool
}

// Loaded is a resource with the part of the context that must be read under the same lock.
type Loaded struct {
	Resource any
	Members  []policy.Member // replaces Context.Members when not nil
	Person   *policy.Member  // replaces Context.Person when not nil
	Shows    []string        // dossiers that a reading opens several of at once, each of which is recorded (TestAReadingOfSeveralNamesEach)
}

// Result of an act that was done.
type Result struct {
	Entry    string
	Object   Object
	Replayed bool // the Idempotency-Key was used before: nothing was done again, the caller renders the object as it is now
	Status   int  // HTTP status of the first time
	At       time.Time
}
