package desk

import (
	"context"
	"encoding/base64"
	"errors"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"cloison/act"
	"cloison/audit"
	"cloison/policy"
	"cloison/web"
	"cloison/web/layout"
)

// proofOperations are what an auditor takes away to check elsewhere: the signed head of the log, its hashes, an entry, and the proof that the log holds it.
func (d *Desk) proofOperations() []web.Operation {
	return []web.Operation{
		web.Op("getCheckpoint", "GET", "/audit/checkpoint", "audit.checkpoint", d.getCheckpoint, web.Page("/journal-etat", "journal_state", d.stateOfLog)),
		web.Op("getTile", "GET", "/audit/tiles/:level/:index", "audit.tile", d.getTile),
		web.Op("getAuditEntry", "GET", "/audit/entries/:entry", "audit.get", d.getAuditEntry),
		web.Op("getAuditProof", "GET", "/audit/entries/:entry/proof", "audit.prove", d.getAuditProof, web.PageOf("/journal/:entry/preuve", "journal_proof", d.proofOfEntry)),
	}
}

// Checkpoint is the last signed head of the zone's log.
type Checkpoint struct {
	Size      int64     `json:"size"`
	Root      string    `json:"root"`
	At        time.Time `json:"at"`
	Note      string    `json:"note"` // C2SP tlog-checkpoint, with its cosignatures
	Waiting   int64     `json:"waiting"`
	Witnesses []Witness `json:"witnesses"` // the last checkpoint that each countersigned
}

// Witness is the last countersignature of a witness.
type Witness struct {
	Name string    `json:"name"`
	Size int64     `json:"size"`
	At   time.Time `json:"at"`
}

// read runs look as an act of an auditor, which leaves its entry.
func (d *Desk) read(c *web.Call, object act.Object, look func(context.Context, *act.Tx) error) error {
	a := c.Act(object)
	a.ReadOnly = true
	_, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		err := look(ctx, tx)
		if errors.Is(err, audit.ErrNotInLog) || errors.Is(err, audit.ErrNoTile) || errors.Is(err, audit.ErrNoHead) {
			return act.NotFound()
		}
		return err
	})
	return err
}

func (d *Desk) getCheckpoint(c *web.Call, _ web.None) (web.Reply[Checkpoint], error) {
	out := Checkpoint{Witnesses: []Witness{}}
	err := d.read(c, act.Object{}, func(ctx context.Context, tx *act.Tx) error {
		head, err := audit.LatestHead(ctx, tx)
		if err != nil {
			return err
		}
		signed, err := audit.Cosigned(ctx, tx, head)
		if err != nil {
			return err
		}
		size, err := audit.Size(ctx, tx)
		if err != nil {
			return err
		}
		out.Size, out.Root, out.At, out.Note, out.Waiting = head.Size, head.Root.String(), head.At.UTC(), string(signed), size-head.Size
		seen, err := audit.LastCosignatures(ctx, tx)
		for _, s := range seen {
			out.Witnesses = append(out.Witnesses, Witness{s.Witness, s.Size, s.At.UTC()})
		}
		return err
	})
	return web.OK(out), err
}

type getTileIn struct {
	Level int   `path:"level" json:"-" validate:"min=0,max=7"`
	Index int64 `path:"index" json:"-" validate:"min=0"`
	Width int   `query:"width" validate:"omitempty,min=1,max=256"`
}

// Tile is a tile of the log, C2SP tlog-tiles.
type Tile struct {
	Level  int      `json:"level"`
	Index  int64    `json:"index"`
	Width  int      `json:"width"`
	Hashes []string `json:"hashes"` // base64
}

func (d *Desk) getTile(c *web.Call, in getTileIn) (web.Reply[Tile], error) {
	if in.Width == 0 {
		in.Width = audit.TileWidth
	}
	out := Tile{Level: in.Level, Index: in.Index, Width: in.Width}
	err := d.read(c, act.Object{}, func(ctx context.Context, tx *act.Tx) error {
		tile, err := audit.Tile(ctx, tx, in.Level, in.Index, in.Width)
		for ; len(tile) > 0; tile = tile[tlog.HashSize:] {
			out.Hashes = append(out.Hashes, base64.StdEncoding.EncodeToString(tile[:tlog.HashSize]))
		}
		return err
	})
	return web.OK(out), err
}

type entryIn struct {
	Entry string `path:"entry" json:"-"`
}

// PlacedEntry is an entry with its place in the log; -1 within the second in which it has none.
type PlacedEntry struct {
	Entry
	Position int64 `json:"position"`
}

func (d *Desk) getAuditEntry(c *web.Call, in entryIn) (web.Reply[PlacedEntry], error) {
	var out PlacedEntry
	err := d.read(c, act.Object{Kind: "entry", ID: in.Entry}, func(ctx context.Context, tx *act.Tx) error {
		e, err := audit.Get(ctx, tx, in.Entry)
		out = PlacedEntry{view(e.Entry), e.Position}
		return err
	})
	return web.OK(out), err
}

// Proof is what shows that the log holds an entry, checked with the log's public key and nothing of ours.
type Proof struct {
	Entry    Entry  `json:"entry"`
	Position int64  `json:"position"`
	Size     int64  `json:"size"` // of the log under the checkpoint of the proof
	Proof    string `json:"proof"`
}

func (d *Desk) getAuditProof(c *web.Call, in entryIn) (web.Reply[Proof], error) {
	var out Proof
	err := d.read(c, act.Object{Kind: "entry", ID: in.Entry}, func(ctx context.Context, tx *act.Tx) error {
		e, err := audit.Get(ctx, tx, in.Entry)
		if err != nil {
			return err
		}
		proof, err := audit.Prove(ctx, tx, in.Entry)
		if err != nil {
			return err
		}
		head, err := audit.LatestHead(ctx, tx)
		out = Proof{view(e.Entry), proof.Position, head.Size, string(proof.Format())}
		return err
	})
	return web.OK(out), err
}

// stateOfLog is the page face of getCheckpoint.
func (d *Desk) stateOfLog(c *web.Call, head Checkpoint) any {
	view := layout.LogStateView{Shell: d.Shell(c), Size: head.Size, Root: head.Root, Waiting: head.Waiting}
	view.At = head.At.In(view.ServedAt.Location())
	for _, w := range head.Witnesses {
		view.Witnesses = append(view.Witnesses, layout.LogWitness{Name: w.Name, Size: w.Size, At: w.At.In(view.ServedAt.Location())})
	}
	return view
}

// proofOfEntry is the page face of getAuditProof: one entry to its proof, and which rule decided it, by an act of its own.
func (d *Desk) proofOfEntry(c *web.Call, p Proof) (any, error) {
	a := c.Act(act.Object{Kind: "entry", ID: p.Entry.ID})
	a.Action = "audit.explain"
	why, err := d.explain(c, a)
	if err != nil {
		return nil, err
	}
	view := layout.LogProofView{Shell: d.Shell(c), Position: p.Position, Size: p.Size, Proof: p.Proof, Row: row(p.Entry, d.Location), Policy: p.Entry.Policy,
		Purpose: layout.PurposeWords(p.Entry.Purpose), Item: p.Entry.Item, Session: p.Entry.Session, Bytes: p.Entry.Bytes, Account: p.Entry.Subject}
	if info, ok := policy.Rule(why.Then.Rule); ok {
		view.Sentence = info.Sentence
	}
	switch {
	case why.Then.Decision == audit.None:
		view.Today = "Aucune règle n’a été consultée : la demande a été écartée avant."
	case !why.Kept:
		view.Today = "Ce sur quoi cette décision reposait n’a pas été gardé : elle ne peut pas être rejouée."
	case why.Now.Decision == why.Then.Decision && why.Now.Decision == audit.Allow:
		view.Today = "La politique d’aujourd’hui le permettrait encore."
	case why.Now.Decision == why.Then.Decision:
		view.Today = "La politique d’aujourd’hui le refuserait encore."
	case why.Now.Decision == audit.Allow:
		view.Today, view.Changed = "La politique d’aujourd’hui le permettrait.", true
	default:
		view.Today, view.Changed = "La politique d’aujourd’hui le refuserait.", true
	}
	for _, one := range why.Conditions {
		view.Conditions = append(view.Conditions, layout.LogCondition{Rule: one.Rule, Holds: one.Holds})
	}
	return view, nil
}
