package custody

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"cloison/crypto/keyfile"
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
	d, err := parseCheckpoint(a.Checkpoint, s.opts.Origin)
	if err != nil {
		return result{}, refuse(keyholder.RuleMalformed)
	}
	last := s.state.checkpoint
	if d.Size < last.Size || (d.Size == last.Size && last.Root != nil && !bytes.Equal(d.Root, last.Root)) {
		return result{data: d}, refuse(keyholder.RuleCheckpoint)
	}
	signed, err := note.Sign(&note.Note{Text: string(a.Checkpoint)}, noteSigner{s.opts.Origin, s.keys.Checkpoints})
	if err != nil {
		return result{data: d}, err
	}
	return s.commit(keyholder.SignCheckpointReply{Note: signed}, d, now), nil
}

func parseCheckpoint(b []byte, origin string) (*checkpointData, error) {
	lines := strings.Split(string(b), "\n")
	if len(lines) != 4 || lines[0] != origin || lines[3] != "" {
		return nil, errors.New("malformed checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return nil, errors.New("malformed size")
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != sha256.Size {
		return nil, errors.New("malformed root")
	}
	return &checkpointData{Size: size, Root: root}, nil
}

// noteSigner signs notes with the checkpoint key under the log's origin.
type noteSigner struct {
	name string
	key  *keyfile.Signer
}

func (n noteSigner) Name() string                    { return n.name }
func (n noteSigner) Sign(msg []byte) ([]byte, error) { return n.key.Sign(msg), nil }

// KeyHash is C2SP signed-note's: the name, the algorithm byte of Ed25519, the key.
func (n noteSigner) KeyHash() uint32 {
	h := sha256.New()
	h.Write([]byte(n.name + "\n\x01"))
	h.Write(n.key.Public())
	return binary.BigEndian.Uint32(h.Sum(nil))
}
