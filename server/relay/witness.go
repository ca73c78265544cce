package relay

import (
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/mod/sumdb/note"

	"cloison/act"
	"cloison/audit"
	"cloison/internal/clock"
)

// Logs is how the two logs witness each other: the medical zone dials for both. Only hashes and signed heads cross, and none of it is an act: an entry for
// each would make a head that has to be countersigned in turn (docs/decisions/0031-witnessing-leaves-no-entry.md).
type Logs struct {
	Own         note.Verifier    // of this zone's log
	PeerWitness note.Verifier    // of the medical zone's witness
	Peer        audit.Witnessing // this zone as a witness of the medical zone's log
	Clock       clock.Clock      // of acts
}

func (r *Relay) auditRoutes(app *fiber.App) {
	app.Get("/relay/v1/audit/checkpoint", r.giveHead)
	app.Post("/relay/v1/audit/checkpoint", r.takeCosignature)
	app.Get("/relay/v1/audit/tile/+", r.giveTile)
	app.Post("/relay/v1/audit/add-checkpoint", r.addCheckpoint)
	app.Put("/relay/v1/audit/proof/:seq", r.takeProof)
}

func (r *Relay) giveHead(c *fiber.Ctx) error {
	head, err := audit.LatestHead(c.UserContext(), r.Pool)
	if errors.Is(err, audit.ErrNoHead) {
		return act.NotFound()
	}
	if err != nil {
		return act.Wrap(act.Unavailable, "", err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	return c.Send(head.Note)
}

// giveTile gives hashes only: there is no path to entries here.
func (r *Relay) giveTile(c *fiber.Ctx) error {
	level, index, width, err := audit.ParseTilePath("tile/" + c.Params("+"))
	if err != nil || level < 0 {
		return act.NotFound()
	}
	tile, err := audit.Tile(c.UserContext(), r.Pool, level, index, width)
	if errors.Is(err, audit.ErrNoTile) {
		return act.NotFound()
	}
	if err != nil {
		return act.Wrap(act.Unavailable, "", err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEOctetStream)
	return c.Send(tile)
}

// takeCosignature keeps what the medical zone's witness signed of a head of ours.
func (r *Relay) takeCosignature(c *fiber.Ctx) error {
	err := audit.KeepCosigned(c.UserContext(), r.Pool, c.Request().Body(), r.Logs.Own, r.Logs.PeerWitness)
	if errors.Is(err, audit.ErrCosignature) {
		return act.NewError(act.Invalid, "Cette contresignature n’est pas celle d’un point de contrôle de ce journal. Vérifiez les clés des témoins des deux zones.")
	}
	if err != nil {
		return act.Wrap(act.Unavailable, "", err)
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// addCheckpoint answers as C2SP tlog-witness says.
func (r *Relay) addCheckpoint(c *fiber.Ctx) error {
	line, err := r.Logs.Peer.Add(c.UserContext(), c.Request().Body(), r.Logs.Clock.Now())
	var stale *audit.StaleError
	switch {
	case err == nil:
		c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
		return c.SendString(line)
	case errors.As(err, &stale):
		c.Set(fiber.HeaderContentType, "text/x.tlog.size")
		return c.Status(fiber.StatusConflict).SendString(strconv.FormatInt(stale.Size, 10) + "\n")
	case errors.Is(err, audit.ErrAddProof):
		r.Logger.Error("ALARM the medical zone's log does not continue what this zone saw of it", "request_id", requestID(c))
		return c.SendStatus(fiber.StatusUnprocessableEntity)
	case errors.Is(err, audit.ErrAddUnknown):
		return c.SendStatus(fiber.StatusForbidden)
	case errors.Is(err, audit.ErrAddMalformed):
		return c.SendStatus(fiber.StatusBadRequest)
	}
	return act.Wrap(act.Unavailable, "", err)
}
