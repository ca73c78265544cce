package medical_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/dev/pgtest"
	"cloison/medical"
	"cloison/medical/reference"
)

// The oracle is PostgreSQL: its own calendar adds the interval, its own zone data places the instant. Nothing of ours computes what ours is
// compared with.
const oracle = `
SELECT o.i, (o.day + o.duration::interval)::date::text,
       ((o.at AT TIME ZONE o.zone)::date + o.duration::interval)::date::text,
       ((o.at AT TIME ZONE o.zone)::date + o.duration::interval + interval '1 day')::timestamp AT TIME ZONE o.zone,
       o.at + interval 'PT48H'
FROM unnest($1::int[], $2::date[], $3::timestamptz[], $4::text[], $5::text[]) AS o (i, day, at, zone, duration)
ORDER BY o.i`

// oracleDates is how many start dates are compared. Each is taken with every duration of the law in turn, and in both zones.
const oracleDates = 100_000

// TestDeadlinesAgreeWithTheOracle: start dates of 2017 to 2080, month ends and 29 February among them; instants at every hour, so that the day
// differs between Paris, Cayenne and UTC; changes of the clocks. A civil start, an instant's local day, the midnight that ends the deadline,
// and 48 hours.
func TestDeadlinesAgreeWithTheOracle(t *testing.T) {
	t.Parallel()
	_, db := pgtest.Database(t, "medical")
	draw := rand.New(rand.NewPCG(2026, 1124))
	first := time.Date(2017, 1, 2, 0, 0, 0, 0, time.UTC) // the texts are in force on 1 January 2017, in Cayenne too
	directions := []string{"DT-PARIS", "DT-CAYENNE"}
	var rules []reference.Deadline
	for n := 1; n <= 11; n++ {
		if rule, ok := reference.DeadlineOn(fmt.Sprintf("DL%d", n), reference.NewDate(2026, 1, 1)); ok && rule.Duration.Unit != 'H' {
			rules = append(rules, rule)
		}
	}
	if len(rules) != 10 {
		t.Fatalf("%d durations in days, months and years, want 10", len(rules))
	}
	const batch = 20_000
	differences := 0
	for from := 0; from < oracleDates; from += batch {
		index, days, instants := make([]int32, batch), make([]time.Time, batch), make([]time.Time, batch)
		zones, durations := make([]string, batch), make([]string, batch)
		for i := range batch {
			index[i] = int32(i)
			days[i] = first.AddDate(0, 0, draw.IntN(64*365))
			instants[i] = days[i].Add(time.Duration(draw.IntN(24*60)) * time.Minute)
			zones[i] = reference.Location(directions[i%2]).String()
			durations[i] = rules[(from+i/2)%len(rules)].Duration.String()
		}
		rows, err := db.Query(t.Context(), oracle, index, days, instants, zones, durations)
		if err != nil {
			t.Fatal(err)
		}
		var i int
		var civil, local string
		var over, hours time.Time
		_, err = pgx.ForEachRow(rows, []any{&i, &civil, &local, &over, &hours}, func() error {
			rule, direction := rules[(from+i/2)%len(rules)], directions[i%2]
			day := reference.DateOf(days[i])
			ours, err := overAt(instants[i], direction, rule)
			if err != nil {
				return err
			}
			got := []string{rule.Duration.After(day).String(), rule.Duration.After(medical.LocalDate(instants[i], direction)).String(),
				ours.Format(time.RFC3339), reference.Duration{N: 48, Unit: 'H'}.AfterInstant(instants[i]).UTC().Format(time.RFC3339)}
			want := []string{civil, local, over.UTC().Format(time.RFC3339), hours.UTC().Format(time.RFC3339)}
			for n := range want {
				if got[n] != want[n] && differences < 10 {
					differences++
					t.Errorf("%s of %s at %s from %s: ours %s, the oracle's %s", rule.Code, rule.Duration, direction, instants[i], got[n], want[n])
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// overAt is the instant at which a deadline that starts with an event is over, as Watch gives it where that code starts with an event, and by
// its own rule otherwise.
func overAt(at time.Time, direction string, rule reference.Deadline) (time.Time, error) {
	c := medical.Case{Kind: "SEJ_L4259_PREMIERE", Direction: direction}
	switch rule.Code {
	case "DL6":
		c.Events = []medical.Event{{Seq: 1, At: at, Data: medical.CertificatRecu{Accepted: true}, Type: medical.EvCertificateReceived}}
	case "DL4", "DL5":
		stage := medical.StageReport
		if rule.Code == "DL5" {
			stage = medical.StageOpinion
		}
		c.Events = []medical.Event{{Seq: 1, At: at, Stage: stage, Type: medical.EvExamsAsked, Data: medical.ExamensDemandes{Ref: "exa-1"}}}
	case "DL9":
		c.Events = []medical.Event{{Seq: 1, At: at, Type: medical.EvClosed, Data: medical.Cloture{}}}
	case "DL10", "DL11":
		c.Events = []medical.Event{{Seq: 1, At: at, Type: medical.EvAccessRequested, Data: medical.DemandeAcces{Ref: "acc-1"}}}
	default: // started by a date that a paper carries
		day := medical.LocalDate(at, direction)
		c.RequestRegisteredOn, c.CertificateAvailableOn = &day, &day
		c.Asylum = nil
		if rule.Code == "DL1" || rule.Code == "DL3" {
			c.Asylum = &medical.Asylum{RegisteredOn: day, InformationGivenOn: &day}
		}
	}
	for _, w := range medical.Watch(c, at) {
		if w.Code == rule.Code {
			return w.Over, nil
		}
	}
	return time.Time{}, fmt.Errorf("%s does not start at %s", rule.Code, at)
}
