package desk

import (
	"bytes"
	"context"

	"github.com/jackc/pgx/v5"

	"cloison/crypto/keyholder"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/policy"
	"cloison/release"
)

// careTag is keyholder's tag of a physician for one dossier: the dossier is in the value, so that two dossiers of one physician show nothing
// in common.
func (k *Desk) careTag(ctx context.Context, dossier, rpps string) ([]byte, error) {
	tag, err := k.Keys.Index(ctx, keyholder.IndexCare, dossier+":"+rpps)
	return tag, vault.KeyError(err)
}

// markTreating says of each physician proposed whether he is the author of the certificate, whose name is sealed, and answers the tags
// compared. Without a tag in the dossier there is nothing to compare with.
func (k *Desk) markTreating(ctx context.Context, tx pgx.Tx, dossier string, decision release.CompositionDecision, members []policy.Member) (map[string][]byte, error) {
	treating, err := store.CareTags(ctx, tx, dossier)
	if err != nil || len(treating) == 0 {
		return nil, err
	}
	tags := map[string][]byte{}
	for i := range members {
		rpps := rppsOf(decision, members[i].ID)
		if rpps == "" {
			continue // in no line: refused for that
		}
		tag, err := k.careTag(ctx, dossier, rpps)
		if err != nil {
			return nil, err
		}
		tags[members[i].ID] = tag
		for _, t := range treating {
			members[i].Treats = members[i].Treats || bytes.Equal(t, tag)
		}
	}
	return tags, nil
}

func rppsOf(decision release.CompositionDecision, person string) string {
	for _, line := range decision.Lines {
		if line.Person == person {
			return line.RPPS
		}
	}
	return ""
}
