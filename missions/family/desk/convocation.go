package desk

import (
	"context"
	"errors"
	"time"

	"cloison/act"
	"cloison/internal/db"
	"cloison/missions"
	"cloison/missions/family"
	"cloison/missions/family/store"
	"cloison/release"
	"cloison/release/form"
	"cloison/web"
	"cloison/web/layout"
)

// batch bounds what is summoned by one act of a person, and printed in one file.
const batch = 100

type createConvocationsIn struct {
	Kind    string        `json:"kind" validate:"required,oneof=VISITE_LOGEMENT VISITE_ARRIVEE ACCUEIL"`
	On      missions.Date `json:"on"`
	From    string        `json:"from" validate:"required,datetime=15:04"`
	Minutes int           `json:"minutes" validate:"min=0,max=480"` // between two families; 0: all at the same hour
	Place   string        `json:"place" validate:"required,max=300"`
	Cases   []string      `json:"cases" validate:"required,min=1,max=100,dive,uuid"`
}

// Convocations is what createConvocations answers: each case with its hour, or why it has none.
type Convocations struct {
	Kind  string        `json:"kind"`
	On    missions.Date `json:"on"`
	Items []Convocation `json:"items"`
}

// Convocation is one line of it.
type Convocation struct {
	Case     string     `json:"case"`
	At       *time.Time `json:"at"`
	Sentence string     `json:"sentence,omitempty"` // why not
}

// createConvocations gives each family an hour, one after the other. Each case is an act of its own, decided on that case and with its own entry: one that
// is refused says why, takes no hour and stops no other.
func (d *Desk) createConvocations(c *web.Call, in createConvocationsIn) (web.Reply[Convocations], error) {
	at, err := d.instant(in.On, in.From)
	if err != nil {
		return web.Reply[Convocations]{}, err
	}
	done := Convocations{Kind: in.Kind, On: in.On, Items: []Convocation{}}
	for _, id := range in.Cases {
		err := d.summon(c, store.Appointment{CaseID: id, Kind: in.Kind, At: at, Place: in.Place})
		var told *act.Error
		switch {
		case err == nil:
			hour := at
			done.Items = append(done.Items, Convocation{Case: id, At: &hour})
			at = at.Add(time.Duration(in.Minutes) * time.Minute)
		case errors.As(err, &told) && told.Kind != act.Internal && told.Kind != act.Unavailable:
			done.Items = append(done.Items, Convocation{Case: id, Sentence: told.Sentence})
		default:
			return web.Reply[Convocations]{}, err
		}
	}
	return web.OK(done), nil
}

// instant is an hour of a day in Paris.
func (d *Desk) instant(on missions.Date, hour string) (time.Time, error) {
	at, err := time.ParseInLocation(time.DateOnly+" 15:04", on.String()+" "+hour, d.Location)
	if err != nil {
		return time.Time{}, act.Wrap(act.Invalid, "Indiquez le jour et l’heure du premier rendez-vous.", err)
	}
	if !at.After(d.Clock.Now()) {
		return time.Time{}, act.NewError(act.Invalid, "La date du rendez-vous est passée. Choisissez-en une à venir.")
	}
	return at, nil
}

// summon makes one appointment, where the case waits for one of that kind.
func (d *Desk) summon(c *web.Call, p store.Appointment) error {
	var kept store.Case
	a := c.Act(act.Object{Kind: "family_case", ID: p.CaseID})
	a.Load = load(p.CaseID, &kept, lock)
	_, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) (err error) {
		standing, err := family.Fold(kept.Request, kept.Events, d.Law)
		if err != nil {
			return refused(err)
		}
		if !summonable(p.Kind, standing) {
			return refused(family.WrongState)
		}
		if p.ID, err = d.drawID(); err != nil {
			return err
		}
		err = store.Summon(ctx, tx, p, tx.Now)
		if name, ok := db.Constraint(err); ok && name == "appointment_slot" {
			return act.NewError(act.Conflict, "Cette famille est déjà convoquée à cette heure.")
		}
		return err
	})
	return err
}

// summonable: the home is visited during OFII's enquiry; the family is seen once the prefect has granted.
func summonable(kind string, s family.Standing) bool {
	switch kind {
	case store.HomeVisit:
		return s.State == family.Enquiry
	case store.ArrivalVisit, store.Welcome:
		return s.State == family.Granted || s.State == family.VisaRequested || s.State == family.VisaGiven || s.State == family.Entered
	}
	return false
}

type cancelConvocationIn struct {
	Case        string `path:"case" json:"-" validate:"uuid"`
	Appointment string `path:"appointment" json:"-" validate:"uuid"`
}

// cancelConvocation ends an appointment; the letter can no more be printed.
func (d *Desk) cancelConvocation(c *web.Call, in cancelConvocationIn) (web.Reply[Case], error) {
	return d.change(c, in.Case, func(ctx context.Context, tx *act.Tx, _ store.Case) error {
		err := store.Cancel(ctx, tx, in.Appointment, in.Case, tx.Now)
		if errors.Is(err, store.ErrNotFound) {
			return act.NotFound()
		}
		return err
	})
}

type printConvocationsIn struct {
	Kind string `path:"kind" json:"-" validate:"oneof=VISITE_LOGEMENT VISITE_ARRIVEE ACCUEIL"`
	On   string `path:"day" json:"-" validate:"datetime=2006-01-02"`
}

// printConvocations are the letters of one kind for one day, of the reader's own cases, in one file.
func (d *Desk) printConvocations(c *web.Call, in printConvocationsIn) (web.Reply[web.Binary], error) {
	day, err := missions.ParseDate(in.On)
	if err != nil {
		return web.Reply[web.Binary]{}, act.Wrap(act.Invalid, "Indiquez le jour.", err)
	}
	from := time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, d.Location)
	var cases []store.Case
	var summons []store.Appointment
	if _, err := d.Gate.Do(c.Context(), c.Who, c.Act(act.Object{}), func(ctx context.Context, tx *act.Tx) (err error) {
		cases, summons, err = store.Summoned(ctx, tx, reach(c.Who), in.Kind, from, from.AddDate(0, 0, 1), batch)
		return err
	}); err != nil {
		return web.Reply[web.Binary]{}, err
	}
	if len(cases) == 0 {
		return web.Reply[web.Binary]{}, act.NotFound()
	}
	var letters form.Papers
	for i, kept := range cases {
		letters = append(letters, d.letter(kept, summons[i]))
	}
	file, err := letters.PDF()
	if err != nil {
		return web.Reply[web.Binary]{}, err
	}
	return bytesOf(file, "convocations-"+in.On), nil
}

// letter is the convocation of one family, dated by the day on which it was made.
func (d *Desk) letter(c store.Case, p store.Appointment) form.Paper {
	made := missions.DateOf(p.MadeAt.In(d.Location))
	at := p.At.In(d.Location)
	k := known{Case: c}
	drawn := form.Paper{Title: summonsTitles[p.Kind], On: release.Date(made.String()), Foot: "Regroupement familial, n° AGDREF " + c.AGDREF,
		From: []string{"Office français de l’immigration et de l’intégration", directionWords(c.Direction)}, To: toApplicant(k)}
	return withBlocks(drawn, append([]form.Block{text("Le %s", french(made)), k.person(),
		fact("Rendez-vous", "Le "+layout.FrenchDateTime(at)), fact("Lieu", p.Place)}, summonsBlocks[p.Kind]...))
}

var summonsTitles = map[string]string{store.HomeVisit: "Avis de passage : visite du logement", store.ArrivalVisit: "Convocation à la visite d’arrivée", store.Welcome: "Convocation à l’accueil"}

var summonsBlocks = map[string][]form.Block{
	store.HomeVisit: {text("Un agent de l’Office visitera le logement prévu pour votre famille. La visite se fait avec votre autorisation écrite et préalable : signez-la et remettez-la à l’agent."),
		text("Si l’occupant refuse la visite, la condition de logement est réputée non remplie (R. 434-18). En cas d’absence, une nouvelle date vous est proposée."),
		fact("Autorisation de visite", "Nom de l’occupant :\nDate et signature :")},
	store.ArrivalVisit: {text("Venez avec votre passeport, votre visa et cette lettre (R. 434-31). Un certificat vous est remis à la fin de la visite.")},
	store.Welcome:      {text("Vous êtes attendu pour l’entretien d’accueil. Venez avec votre passeport, votre visa et cette lettre.")},
}
