package operator

import (
	"context"

	"cloison/crypto/custody/wire"
)

// NextKey makes the key that comes next.
func NextKey(ctx context.Context, socket, key string, custodianFiles ...string) error {
	return keyOrder(ctx, socket, wire.OpNextKey, wire.KeyOrder{Key: key}, custodianFiles)
}

// TakeKey puts the key whose public half is given in the place of the present one; that of search tags has none.
func TakeKey(ctx context.Context, socket, key string, public []byte, custodianFiles ...string) error {
	return keyOrder(ctx, socket, wire.OpTakeKey, wire.KeyOrder{Key: key, Public: public}, custodianFiles)
}

func keyOrder(ctx context.Context, socket, op string, content wire.KeyOrder, custodianFiles []string) error {
	return order(ctx, socket, op, content, custodianFiles, func(q wire.Quorum) any {
		return wire.KeyArgs{KeyOrder: content, Quorum: q}
	})
}

// Retag brings stored search tags to the present key.
func Retag(ctx context.Context, socket, class string, tags [][]byte) ([][]byte, error) {
	r, err := call[wire.RetagReply](ctx, socket, wire.OpRetag, wire.RetagArgs{Class: class, Tags: tags})
	return r.Tags, err
}
