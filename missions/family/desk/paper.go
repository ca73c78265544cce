package desk

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"cloison/act"
	"cloison/missions"
	"cloison/missions/family"
	"cloison/missions/family/store"
	"cloison/release"
	"cloison/release/form"
	"cloison/web"
	"cloison/web/layout"
)

// paper is a document that goes out of a case. It is dated by the fact that it states, not by the day on which it is drawn: the same case gives
// the same bytes. None of them says anything of a person's health (TestEachPaperSaysWhatTheCaseHolds).
type paper struct {
	code, title string
	to          func(known) []string
	from        string // "" for OFII's direction
	day         func(known) (missions.Date, bool)
	blocks      func(known) []form.Block
}

// known is what a paper is written from.
type known struct {
	store.Case
	standing  family.Standing
	resources *family.Resources
	housing   *family.HousingResult
}

type paperIn struct {
	Case  string `path:"case" json:"-" validate:"uuid"`
	Paper string `path:"paper" json:"-" validate:"max=40"`
}

// getPaper draws one paper of a case.
func (d *Desk) getPaper(c *web.Call, in paperIn) (web.Reply[web.Binary], error) {
	var found store.Case
	a := c.Act(act.Object{Kind: "family_case", ID: in.Case, Item: in.Paper})
	a.Load = load(in.Case, &found, get)
	if _, err := d.Gate.Do(c.Context(), c.Who, a, nothing); err != nil {
		return web.Reply[web.Binary]{}, err
	}
	k, err := d.known(found)
	if err != nil {
		return web.Reply[web.Binary]{}, err
	}
	for _, p := range papers {
		if p.code != in.Paper {
			continue
		}
		if day, ok := p.day(k); ok {
			return pdf(p.draw(k, day), strings.ReplaceAll(p.code, "_", "-"))
		}
	}
	return web.Reply[web.Binary]{}, act.NotFound()
}

func (d *Desk) known(c store.Case) (known, error) {
	standing, err := family.Fold(c.Request, c.Events, d.Law)
	if err != nil {
		return known{}, refused(err)
	}
	k := known{Case: c, standing: standing}
	for _, e := range c.Evaluations {
		switch e.What {
		case store.Resources:
			k.resources = &family.Resources{}
			err = json.Unmarshal(e.Result, k.resources)
		case store.Housing:
			k.housing = &family.HousingResult{}
			err = json.Unmarshal(e.Result, k.housing)
		}
		if err != nil {
			return known{}, err
		}
	}
	return k, nil
}

// on is the day of the last event of a type.
func (k known) on(code string) (missions.Date, bool) {
	for _, e := range slices.Backward(k.Events) {
		if e.Data.Type() == code {
			return e.On, true
		}
	}
	return missions.Date{}, false
}

func (p paper) draw(k known, day missions.Date) form.Paper {
	from := []string{"Office français de l’immigration et de l’intégration", directionWords(k.Direction)}
	if p.from != "" {
		from = []string{p.from}
	}
	drawn := form.Paper{Title: p.title, On: release.Date(day.String()), Foot: "Regroupement familial, n° AGDREF " + k.AGDREF, From: from, To: p.to(k)}
	drawn.Blocks = append(drawn.Blocks, form.Block{Text: "Le " + french(day)})
	return withBlocks(drawn, p.blocks(k))
}

func withBlocks(p form.Paper, blocks []form.Block) form.Paper {
	p.Blocks = append(p.Blocks, blocks...)
	return p
}

// rendered are the bytes of a document that was drawn for one answer.
type rendered []byte

func (r rendered) Section(offset, length int64) (io.Reader, error) {
	return io.NewSectionReader(bytes.NewReader(r), offset, length), nil
}
func (r rendered) Close() error { return nil }

func pdf(p form.Paper, name string) (web.Reply[web.Binary], error) {
	file, err := p.PDF()
	if err != nil {
		return web.Reply[web.Binary]{}, err
	}
	return bytesOf(file, name), nil
}

func bytesOf(file []byte, name string) web.Reply[web.Binary] {
	return web.Bytes(web.Content{Size: int64(len(file)), MediaType: "application/pdf", Name: strings.ToLower(name) + ".pdf", Source: rendered(file)})
}

func french(day missions.Date) string { return layout.FrenchDate(day.Time()) }

// paperLinks are the papers that the case can give now, for its page.
func paperLinks(k known) []layout.Action {
	var links []layout.Action
	for _, p := range papers {
		if _, ok := p.day(k); ok {
			links = append(links, layout.Action{Label: p.title + ", PDF", Href: web.Prefix + "/missions/family/cases/" + k.ID + "/papers/" + p.code})
		}
	}
	return links
}
