package prefecture

import (
	"bytes"
	"errors"

	"cloison/crypto/cms"
	"cloison/crypto/stamp"
	"cloison/release"
	"cloison/server/store"
)

// SealStamp is when a time-stamp authority saw the seal. Whoever verified says whether it holds.
type SealStamp struct {
	At    release.Instant `json:"at"`
	Holds bool            `json:"holds"`
}

// errOtherFile: the document, rendered again, is not the file that was taken.
var errOtherFile = errors.New("it is not the file that was taken")

// document renders an opinion's document and verifies it as it was taken. It is given with the time-stamp of its seal, once one came that holds: a
// token that does not is said, and given to nobody (TestASealIsDated).
func (d *Desk) document(o release.Opinion, taken store.Document) (file []byte, stamped *SealStamp, err error) {
	if file, err = d.Pins.Verify(o, taken.Names); err != nil {
		return nil, nil, err
	}
	if again := store.DocumentOf(file, taken.Names); !bytes.Equal(again.Digest, taken.Digest) {
		return nil, nil, errOtherFile
	}
	if taken.Stamp == nil || d.Authority == nil {
		return file, nil, nil
	}
	stamped = &SealStamp{At: release.InstantOf(taken.Stamp.At)}
	seal, err := o.Seal.CMS()
	if err != nil {
		return nil, nil, err
	}
	signature, err := cms.Signature(seal)
	if err != nil {
		return nil, nil, err
	}
	if at, broken := stamp.Check(taken.Stamp.Token, signature, d.Authority); broken != nil || !at.Equal(taken.Stamp.At) {
		return file, stamped, nil
	}
	with, err := d.Pins.Stamped(o, taken.Names, taken.Stamp.Token)
	if err != nil {
		return nil, nil, err
	}
	stamped.Holds = true
	return with, stamped, nil
}
