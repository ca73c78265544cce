package operator

import (
	"context"

	"cloison/crypto/custody/wire"
)

// Tombstones reads every shredding that keyholder knows, in their order.
func Tombstones(ctx context.Context, socket string) ([]wire.Tombstone, error) {
	all := []wire.Tombstone{}
	for {
		page, err := call[wire.TombstonesReply](ctx, socket, wire.OpTombstones, wire.TombstonesArgs{After: len(all)})
		if err != nil {
			return nil, err
		}
		all = append(all, page.Tombstones...)
		if len(page.Tombstones) < wire.MaxTombstones {
			return all, nil
		}
	}
}

// Replay gives shreddings back to a keyholder that was restored from before
// them, and answers how many it did not know.
func Replay(ctx context.Context, socket string, list []wire.Tombstone) (fresh int, err error) {
	for len(list) > 0 {
		n := min(len(list), wire.MaxTombstones)
		reply, err := call[wire.ReplayReply](ctx, socket, wire.OpReplay, wire.ReplayArgs{Tombstones: list[:n]})
		if err != nil {
			return fresh, err
		}
		fresh, list = fresh+reply.New, list[n:]
	}
	return fresh, nil
}
