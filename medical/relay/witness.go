package relay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	sumnote "golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"cloison/audit"
	"cloison/crypto/checkpoint"
	"cloison/internal/clock"
)

// Logs is how the two logs witness each other over the relay. This zone dials for both directions; only hashes and signed heads cross.
type Logs struct {
	Own         sumnote.Verifier // of this zone's log
	PeerWitness sumnote.Verifier // of the other zone's witness
	Peer        audit.Witnessing // this zone as a witness of the other's log
	Clock       clock.Clock      // of acts
}

const (
	flowOurLog   = "our log"
	flowTheirLog = "their log"
	// witnessWait: a head is countersigned within seconds; nothing waits for it.
	witnessWait = 2 * time.Second
	auditPath   = "/relay/v1/audit/"
)

// errForked: the other zone's log does not continue what this zone saw of it, or the other zone says so of ours.
var errForked = errors.New("a log was rewritten")

// offerHead has the other zone countersign the last head of this zone's log.
func (r *Relay) offerHead(ctx context.Context) (bool, error) {
	seen, err := audit.LastCosignatures(ctx, r.o.Pool)
	if err != nil {
		return false, err
	}
	old := int64(0)
	for _, s := range seen {
		if s.Witness == r.o.Logs.PeerWitness.Name() {
			old = s.Size
		}
	}
	head, err := audit.LatestHead(ctx, r.o.Pool)
	if errors.Is(err, audit.ErrNoHead) || err == nil && head.Size == old {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return false, r.offerFrom(ctx, old, true)
}

// offerFrom sends the proof from old. A witness that stands elsewhere says where, and is asked once more from there.
func (r *Relay) offerFrom(ctx context.Context, old int64, again bool) error {
	request, head, err := audit.AddRequestFor(ctx, r.o.Pool, old)
	if errors.Is(err, audit.ErrRewritten) {
		return errors.Join(errForked, err)
	}
	if err != nil {
		return err
	}
	status, body, err := r.ask(ctx, http.MethodPost, "add-checkpoint", request.Format())
	switch {
	case err != nil:
		return err
	case status == http.StatusOK:
		return audit.KeepCosignature(ctx, r.o.Pool, head, string(body), r.o.Logs.Own, r.o.Logs.PeerWitness)
	case status == http.StatusConflict && again:
		stands, err := strconv.ParseInt(strings.TrimSuffix(string(body), "\n"), 10, 64)
		if err == nil && stands != old {
			return r.offerFrom(ctx, stands, false)
		}
		return errForked
	case status == http.StatusConflict || status == http.StatusUnprocessableEntity:
		return errForked
	}
	return fmt.Errorf("add-checkpoint answers %d: %w", status, errUnexpected)
}

// witness countersigns the last head of the other zone's log, once its tiles prove that it continues what this zone saw.
func (r *Relay) witness(ctx context.Context) (bool, error) {
	status, signed, err := r.ask(ctx, http.MethodGet, "checkpoint", nil)
	if err != nil || status == http.StatusNotFound { // nothing was signed yet
		return false, err
	}
	peer := r.o.Logs.Peer
	head, err := checkpoint.Open(signed, peer.Log)
	if status != http.StatusOK || err != nil {
		return false, fmt.Errorf("reading the other zone's checkpoint: %w", errors.Join(errUnexpected, err))
	}
	last, err := audit.LastWitnessed(ctx, r.o.Pool, head.Origin)
	if err != nil && !errors.Is(err, audit.ErrNoHead) {
		return false, err
	}
	if head.Size < last.Size {
		return false, fmt.Errorf("%d entries, %d were seen: %w", head.Size, last.Size, errForked)
	}
	if err == nil && head.Size == last.Size && head.Root == last.Root && r.cosigned == head.Size {
		return false, nil
	}
	request := audit.AddRequest{Old: last.Size, Note: signed}
	if last.Size > 0 && last.Size < head.Size {
		tree := tlog.Tree{N: head.Size, Hash: head.Root}
		if request.Proof, err = tlog.ProveTree(head.Size, last.Size, tlog.TileHashReader(tree, tiles{ctx, r})); err != nil {
			return false, fmt.Errorf("reading the tiles of the other zone: %w", err)
		}
	}
	line, err := peer.Add(ctx, request.Format(), r.o.Logs.Clock.Now())
	var stale *audit.StaleError
	if errors.Is(err, audit.ErrAddProof) || errors.As(err, &stale) && stale.Size == head.Size {
		return false, errors.Join(errForked, err)
	}
	if err != nil {
		return false, err
	}
	if status, _, err = r.ask(ctx, http.MethodPost, "checkpoint", append(signed, line...)); err != nil || status != http.StatusNoContent {
		return false, fmt.Errorf("giving a cosignature, answered %d: %w", status, errors.Join(errUnexpected, err))
	}
	r.cosigned = head.Size
	return false, nil
}

// tiles reads the other zone's.
type tiles struct {
	ctx context.Context
	r   *Relay
}

func (t tiles) Height() int                     { return 8 }
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) (read [][]byte, err error) {
	for _, tile := range wanted {
		status, body, err := t.r.ask(t.ctx, http.MethodGet, audit.TilePath(tile.L, tile.N, tile.W), nil)
		if err != nil {
			return nil, err
		}
		if status != http.StatusOK {
			return nil, fmt.Errorf("a tile is answered %d: %w", status, errUnexpected)
		}
		read = append(read, body)
	}
	return read, nil
}

// ask is one exchange about logs; unlike the others it reads what is said with a refusal.
func (r *Relay) ask(ctx context.Context, method, path string, body []byte) (status int, answer []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, method, r.o.URL+auditPath+path, strings.NewReader(string(body)))
	if err != nil {
		return 0, nil, fmt.Errorf("asking the other zone: %w", err)
	}
	response, err := r.o.Client.Do(request)
	if err != nil {
		return 0, nil, fmt.Errorf("asking the other zone: %w", err)
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err == nil && response.StatusCode >= http.StatusInternalServerError {
		err = fmt.Errorf("the other zone answers %d", response.StatusCode)
	}
	return response.StatusCode, answer, err
}
