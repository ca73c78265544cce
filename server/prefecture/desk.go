// Package prefecture is what a prefecture does in the administrative zone: refer a person, follow the referral, read what
// came through the door, acknowledge an opinion. One file per action, each with its input, its act and its faces.
//
// It protects a prefecture's files from every other prefecture (policy decides, on the referral as loaded and locked in
// the act; lists are narrowed in SQL) and shows nothing but what package release lets through. It holds no medical key
// and no decision of its own.
package prefecture

import (
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/act"
	"cloison/internal/clock"
	"cloison/release"
	"cloison/release/form"
	"cloison/server/store"
	"cloison/web"
	"cloison/web/layout"
)

// Options of a desk. Random is crypto/rand when nil.
type Options struct {
	Pool   *pgxpool.Pool
	Gate   *act.Gate
	Bell   *store.Bell
	Pins   form.Pins                   // certificates of the medical zone's seal
	Sign   func(message []byte) []byte // signs acknowledgements; medical pins the public half of its key
	Shell  func(*web.Call) layout.Shell
	Random io.Reader
	Clock  clock.Clock // of what time causes

	Authority *x509.CertPool // of the time-stamps of seals; nil where the configuration names none
	Logger    *slog.Logger
}

// Desk holds the actions. Safe for concurrent use.
type Desk struct {
	Options
	paris *time.Location
	zones map[string]*time.Location // of the directions, each where its day ends
}

// New checks the options.
func New(o Options) (*Desk, error) {
	if o.Pool == nil || o.Gate == nil || o.Bell == nil || o.Shell == nil || o.Sign == nil || o.Clock == nil || o.Logger == nil {
		return nil, errors.New("building the prefecture desk: an option is missing")
	}
	if err := o.Pins.Check(); err != nil {
		return nil, fmt.Errorf("building the prefecture desk: %w", err)
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return nil, fmt.Errorf("building the prefecture desk: %w", err)
	}
	zones := map[string]*time.Location{}
	for _, a := range release.Authorities() {
		if a.TimeZone == "" {
			continue
		}
		if zones[a.Direction], err = time.LoadLocation(a.TimeZone); err != nil {
			return nil, fmt.Errorf("building the prefecture desk: %w", err)
		}
	}
	return &Desk{Options: o, paris: paris, zones: zones}, nil
}

// Operations is the table of the prefecture portal.
func (d *Desk) Operations() []web.Operation {
	return slices.Concat(d.importOperations(), d.referralOperations(), d.documentOperations(), d.changeOperations(), d.followUpOperations(), d.archiveOperations())
}

func (d *Desk) referralOperations() []web.Operation {
	return []web.Operation{
		web.Op("createReferral", "POST", "/referrals", "referral.create", d.createReferral, d.referralForm(), web.Example(createExample)),
		web.Op("listReferrals", "GET", "/referrals", "referral.list", d.listReferrals, web.Page("/saisines", "referrals", d.referralsPage)),
		web.Op("getReferral", "GET", "/referrals/:referral", "referral.get", d.getReferral, web.PageOf("/saisines/:referral", "referral", d.referralPage)),
		web.Op("getOpinion", "GET", "/referrals/:referral/opinion", "opinion.get", d.getOpinion, web.PageOf("/saisines/:referral/avis", "opinion", d.opinionPage)),
		web.Op("listReleases", "GET", "/releases", "release.list", d.listReleases, web.Page(inboxPath, "inbox", d.inbox)),
		web.Op("getRelease", "GET", "/releases/:release", "release.get", d.getRelease),
		web.Op("acknowledgeRelease", "POST", "/releases/:release/acknowledgement", "release.acknowledge", d.acknowledgeRelease, d.acknowledgeForm()),
	}
}

// Constraints tells the gate what a named constraint of schema server says to a person.
func Constraints() map[string]string {
	return map[string]string{
		"referral_minor_represented": "LEGAL_REPRESENTATIVE_REQUIRED",
		"acknowledged_once":          "ALREADY_ACKNOWLEDGED",
		"referral_agdref_once":       "AGDREF_TAKEN",
		"attestation_asked_once":     "ATTESTATION_ASKED",
		"imported_once":              "IMPORT_KEY_REUSED",
	}
}

// localDate is the civil date where the prefecture's territorial direction is.
func (d *Desk) localDate(t time.Time, direction string) time.Time {
	if zone, overseas := d.zones[direction]; overseas {
		return t.In(zone)
	}
	return t.In(d.paris)
}

func (d *Desk) drawID() (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(d.Random, b[:]); err != nil {
		return "", fmt.Errorf("drawing an id: %w", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}
