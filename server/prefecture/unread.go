package prefecture

import (
	"context"
	"fmt"
	"strconv"

	"cloison/act"
	"cloison/policy"
	"cloison/server/store"

	"github.com/jackc/pgx/v5"
)

// alarmsARound is how many alarms one round of the sweep gives.
const alarmsARound = 100

// AlarmUnread is the sweep that says, once, of each opinion of a removal that it was not opened in time: in the log, to the journal of the
// operator, and on the prefecture's own page of reconciliation.
func (d *Desk) AlarmUnread(ctx context.Context) (int, error) {
	found, err := store.FindUnalarmed(ctx, d.Pool, d.Clock.Now().Add(-urgentUnread), alarmsARound)
	if err != nil {
		return 0, err
	}
	for done, u := range found {
		object := act.Object{Kind: "release", ID: strconv.FormatInt(u.Release, 10)}
		remind := act.Act{Action: "release.remind", Object: object, Load: func(context.Context, pgx.Tx) (any, error) {
			return policy.Release{Kind: "release", Seq: u.Release, Prefecture: u.Prefecture, ReceivedBy: u.Prefecture, Release: "opinion"}, nil
		}}
		_, err := d.Gate.Do(ctx, act.System("sweep"), remind, func(ctx context.Context, tx *act.Tx) error {
			return store.RecordUnreadAlarm(ctx, tx, u.Release, tx.Now)
		})
		if err != nil {
			return done, fmt.Errorf("giving the alarm of release %d: %w", u.Release, err)
		}
		d.Logger.Error("ALARM: an urgent opinion is unread", "release", u.Release, "prefecture", u.Prefecture)
	}
	return len(found), nil
}
