package relay

import (
	"errors"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"cloison/act"
	"cloison/audit"
	"cloison/release/evidence"
	"cloison/server/store"
)

// takeProof receives the proof that the medical zone's log holds the delivery of an opinion, and keeps the first one that holds. It comes within seconds of
// the opinion, which waits for nothing: an opinion without its proof is shown, and says so. Like what the witnesses exchange, it leaves no entry.
func (r *Relay) takeProof(c *fiber.Ctx) error {
	seq, err := strconv.ParseInt(c.Params("seq"), 10, 64)
	if err != nil || seq < 1 {
		return act.NotFound()
	}
	body, err := store.GetReleaseBody(c.UserContext(), r.Pool, seq)
	if errors.Is(err, store.ErrNotFound) {
		return act.NotFound()
	}
	if err != nil {
		return act.Wrap(act.Unavailable, "", err)
	}
	given, err := r.checkProof(c, seq, body)
	switch {
	case errors.Is(err, evidence.ErrEvidence):
		r.Logger.Error("ALARM the medical zone's log does not show that it delivered an opinion", "release", seq, "request_id", requestID(c))
		return act.Wrap(act.Invalid, "Cette preuve n’est pas celle de l’envoi. Vérifiez le journal de la zone médicale.", err)
	case err != nil:
		return act.Wrap(act.Unavailable, "", err)
	}
	if err := audit.KeepGiven(c.UserContext(), r.Pool, given); err != nil {
		return act.Wrap(act.Unavailable, "", err)
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// checkProof holds a proof against the opinion as it came, and its head against the one that this zone countersigned, letter by letter: nothing else fits
// through (TestAProofSaysNothingElse).
func (r *Relay) checkProof(c *fiber.Ctx, seq int64, body []byte) (audit.Given, error) {
	proof := c.Request().Body()
	log, witness := r.Logs.Peer.Log, r.Logs.Peer.Witness.Verifier()
	checked, err := evidence.Check(body, proof, log, witness)
	if err != nil {
		return audit.Given{}, err
	}
	now := r.Logs.Clock.Now()
	if checked.Seq != seq || len(checked.Head.Witnesses) != 1 || checked.Entry.At.After(now.AddDate(0, 0, 1)) {
		return audit.Given{}, evidence.ErrEvidence
	}
	seen, err := audit.WitnessedOf(c.UserContext(), r.Pool, log.Name(), checked.Head.Size)
	if errors.Is(err, audit.ErrNoHead) {
		return audit.Given{}, evidence.ErrEvidence
	}
	if err != nil {
		return audit.Given{}, err
	}
	_, signed, _ := strings.Cut(string(proof), "\n\n")
	cosignature, same := strings.CutPrefix(signed, string(seen.Note))
	if !same || strings.Count(cosignature, "\n") != 1 {
		return audit.Given{}, evidence.ErrEvidence
	}
	return audit.Given{Release: seq, Position: checked.Position, Size: checked.Head.Size, At: now, Proof: string(proof)}, nil
}
