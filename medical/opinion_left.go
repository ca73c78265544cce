package medical

// ReasonLeft is why a dossier whose opinion left before a restore is closed, and why the composition that stood since ends.
const ReasonLeft = "AVIS_PARTI_AVANT_RESTAURATION"

// CloseOnLeft closes a dossier upon an opinion that its prefecture holds and that this zone has lost. It invents nothing of it: no answer, no signature,
// no event of an issue. What was begun again since ends with it.
func (c Case) CloseOnLeft() ([]EventData, error) {
	if c.OpinionVersion() > 0 {
		return nil, OpinionImmutable
	}
	var list []EventData
	if n := c.openComposition(); n > 0 {
		list = append(list, CompositionClose{Composition: n, ReasonCode: ReasonLeft})
	}
	return append(list, Cloture{ReasonCode: ReasonLeft}), nil
}

// Awaiting are the referrals that were not closed without an opinion.
func (c Case) Awaiting() (list []string) {
	for _, r := range c.Referrals {
		if !c.Dropped(r.ID) {
			list = append(list, r.ID)
		}
	}
	return list
}
