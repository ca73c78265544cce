package act

import (
	"context"
	"time"

	"cloison/policy"
)

// Offer is an act that a page might offer.
type Offer struct {
	Action  string
	Context policy.Context
}

// May asks policy which acts a subject could do now upon a resource that he was shown, so that a page offers those and no others. It
// decides nothing: every act is decided again, on what is locked then, when it is done. Nothing is recorded, for nothing was asked
// (TestMayDecidesNothing).
func (g *Gate) May(ctx context.Context, who Subject, resource any, offers ...Offer) (map[string]bool, error) {
	open := map[string]bool{}
	for _, offer := range offers {
		surroundings := offer.Context
		surroundings.Zone = g.o.Zone
		surroundings.On = g.now().In(g.o.Location).Format(time.DateOnly)
		decision, err := g.o.Policy.Decide(ctx, policy.Query{
			Subject: who.policy(), Action: offer.Action, Resource: resource, Context: surroundings,
		})
		if err != nil {
			return nil, Wrap(Unavailable, "", err)
		}
		open[offer.Action] = decision.Allow
	}
	return open, nil
}
