package custody

import (
	"bytes"
	"time"

	"cloison/crypto/checkpoint"
	"cloison/crypto/keyholder"
)

type checkpointData struct {
	Size int64  `json:"size"`
	Root []byte `json:"root"`
}

func (d *checkpointData) apply(st *state, _ time.Time) { st.checkpoint = *d }

// signCheckpoint signs a C2SP tlog-checkpoint of this zone's audit log as a
// note: never a smaller tree than one signed before, never a second root of one
// size. The memory of it is the chain file's.
func (s *Service) signCheckpoint(now time.Time, a keyholder.SignCheckpointArgs) (result, error) {
	c, err := checkpoint.Parse(string(a.Checkpoint))
	if err != nil || c.Origin != s.opts.Origin {
		return result{}, refuse(keyholder.RuleMalformed)
	}
	d, last := &checkpointData{Size: c.Size, Root: c.Root[:]}, s.state.checkpoint
	if d.Size < last.Size || (d.Size == last.Size && last.Root != nil && !bytes.Equal(d.Root, last.Root)) {
		return result{data: d}, refuse(keyholder.RuleCheckpoint)
	}
	signed, err := checkpoint.Sign(c, checkpoint.NewSigner(s.opts.Origin, s.keys.Checkpoints))
	if err != nil {
		return result{data: d}, err
	}
	return s.commit(keyholder.SignCheckpointReply{Note: signed}, d, now), nil
}
