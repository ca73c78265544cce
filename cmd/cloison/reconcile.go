package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/jackc/pgx/v5"

	"cloison/crypto/canonical"
	"cloison/internal/clock"
)

const reconcileUsage = `cloison reconcile --zone ZONE --database-url-file FICHIER --out FICHIER [--after NUMÉRO]
cloison reconcile --zone ZONE --database-url-file FICHIER --other FICHIER [--apply]`

// account is what one zone says of what has crossed. It holds numbers, references and codes: what both zones know already.
type account struct {
	Version  int              `json:"version"`
	Zone     string           `json:"zone"`
	At       string           `json:"at"`
	Numbers  map[string]int64 `json:"numbers"`
	After    int64            `json:"after"`    // releases are listed from here on
	Releases []crossed        `json:"releases"` // in order

	// Destructions by their digests (release.Shredding), in order: those that the medical zone made, or that the other was told of.
	Shreddings []string `json:"shreddings,omitempty"`
}

type crossed struct {
	Seq      int64  `json:"seq"`
	Referral string `json:"referral"`
	Code     string `json:"code"`
	Digest   string `json:"digest"` // of an opinion: SHA-256 of the bytes that crossed
}

// runReconcile is `cloison reconcile`, after a restore: each zone writes its account, and each mends itself with the other's. No credential sees
// both. Without --apply it says what it would do.
func runReconcile(ctx context.Context, args []string, stdout io.Writer) error {
	var z zoneTools
	f, check := z.flags("reconcile", stdout)
	out := f.String("out", "", "fichier à écrire : ce que cette zone sait des envois")
	after := f.Int64("after", 0, "n'écrire que les envois d'après ce numéro")
	other := f.String("other", "", "ce que l'autre zone a écrit par --out")
	apply := f.Bool("apply", false, "réparer cette zone ; sans cela, dire seulement ce qui serait fait")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := check(); err != nil {
		return err
	}
	if (*out == "") == (*other == "") {
		return fmt.Errorf("indiquez --out ou --other, l'un des deux\n%s", reconcileUsage)
	}
	if *out != "" {
		return z.writeAccount(ctx, stdout, *out, *after)
	}
	theirs, err := readAccount(*other)
	if err != nil {
		return err
	}
	if theirs.Zone == z.zone {
		return fmt.Errorf("ce fichier est de la zone %s elle-même : il faut celui de l'autre zone", z.zone)
	}
	mine, err := z.numbers(ctx)
	if err != nil {
		return err
	}
	m, err := mend(z.zone, mine, theirs)
	if err != nil {
		return err
	}
	if m.untold, err = z.untold(ctx, theirs); err != nil {
		return err
	}
	m.print(stdout)
	if *apply && !m.nothing() {
		if err := z.apply(ctx, m); err != nil {
			return fmt.Errorf("rien n'est réparé : %w", err)
		}
		fmt.Fprintln(stdout, "Fait.")
	}
	return z.returned(ctx, stdout, theirs)
}

var crossings = map[string]string{
	"medical": `SELECT r.seq, r.referral, r.code, CASE r.code WHEN 'N6' THEN encode(sha256(convert_to(r.body, 'UTF8')), 'hex') ELSE '' END FROM medical.releases r JOIN medical.deliveries d ON d.seq = r.seq WHERE r.seq > $1 ORDER BY r.seq`,
	"server": `SELECT r.seq, r.referral::text, r.code, CASE r.code WHEN 'N6' THEN encode(sha256(convert_to(r.body, 'UTF8')), 'hex') ELSE '' END FROM server.releases r WHERE r.seq > $1
		UNION ALL SELECT q.seq, q.referral::text, 'N6', '' FROM server.quarantined_releases q WHERE q.seq > $1
		AND NOT EXISTS (SELECT 1 FROM server.releases r WHERE r.seq = q.seq) ORDER BY 1`,
}

var destructions = map[string]string{
	"medical": `SELECT encode(sha256(convert_to(E'cloison-shredding-1\n' || d.id::text, 'UTF8')), 'hex') FROM medical.dossiers d WHERE d.state = 'PURGE' ORDER BY 1`,
	"server":  `SELECT encode(s.digest, 'hex') FROM server.shreddings s ORDER BY 1`,
}

func (z zoneTools) writeAccount(ctx context.Context, stdout io.Writer, out string, after int64) error {
	a := account{Version: 1, Zone: z.zone, At: clock.Machine{}.Now().UTC().Format("2006-01-02T15:04:05Z"), After: after}
	var err error
	if a.Numbers, err = z.numbers(ctx); err != nil {
		return err
	}
	conn, err := z.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	rows, err := conn.Query(ctx, crossings[z.zone], after)
	if err != nil {
		return fmt.Errorf("listing what has crossed: %w", err)
	}
	if a.Releases, err = pgx.CollectRows(rows, pgx.RowToStructByPos[crossed]); err != nil {
		return fmt.Errorf("listing what has crossed: %w", err)
	}
	if a.Shreddings, err = z.destructions(ctx, conn); err != nil {
		return err
	}
	b, err := canonical.Marshal(a)
	if err != nil {
		return err
	}
	if err := replaceWhole(out, append(b, '\n')); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d envois après le numéro %d écrits dans %s. Portez ce fichier à l'autre zone.\n", len(a.Releases), after, out)
	printNumbers(stdout, a.Numbers)
	return nil
}

func readAccount(path string) (account, error) {
	var a account
	b, err := os.ReadFile(path)
	if err != nil {
		return a, fmt.Errorf("reading the other zone's account: %w", err)
	}
	if err := canonical.Unmarshal(bytes.TrimSuffix(b, []byte("\n")), &a); err != nil {
		return a, fmt.Errorf("le fichier de l'autre zone est illisible : %w", err)
	}
	if a.Version != 1 || a.Zone != "medical" && a.Zone != "server" {
		return a, fmt.Errorf("le fichier est de la zone %q, version %d", a.Zone, a.Version)
	}
	return a, nil
}

// mending is what brings a zone's numbers past those that were used.
type mending struct {
	lost    []crossed        // medical: delivered before the restore, and unknown since. server: the same, of which it looks for the referrals
	again   int64            // medical: what was delivered after this number is offered again; -1: nothing
	raise   map[string]int64 // counters to bring to a value
	untold  []string         // server: destructions that it was told of before the restore, and knows no more
	zone    string
	numbers map[string]int64
}

// mend compares. What the other zone lists must be whole: a release that is left out would have its number taken twice.
func mend(zone string, mine map[string]int64, theirs account) (mending, error) {
	m := mending{zone: zone, again: -1, raise: map[string]int64{}, numbers: mine}
	last := map[string]int64{"medical": theirs.Numbers["counter.release"], "server": theirs.Numbers["delivered"]}[zone]
	known := map[string]int64{"medical": mine["counter.release"], "server": mine["counter.release"]}[zone]
	if last > known {
		for _, r := range theirs.Releases {
			if r.Seq > known {
				m.lost = append(m.lost, r)
			}
		}
		whole := int64(len(m.lost)) == last-known && m.lost[0].Seq == known+1 && m.lost[len(m.lost)-1].Seq == last
		if !whole {
			return m, fmt.Errorf("la liste de l'autre zone n'est pas entière après le numéro %d : faites-la écrire par --out --after %d", known, known)
		}
	}
	switch zone {
	case "medical":
		if last < mine["delivered"] {
			m.again = last
		}
		if last > known {
			m.raise["release"] = last
		}
	case "server":
		for counter, cursor := range map[string]string{"referral_event": "cursor.referrals", "acknowledgement": "cursor.acknowledgements"} {
			if n := theirs.Numbers[cursor]; n > mine["counter."+counter] {
				m.raise[counter] = n
			}
		}
	}
	return m, nil
}

func (m mending) nothing() bool {
	return len(m.lost) == 0 && m.again < 0 && len(m.raise) == 0 && len(m.untold) == 0
}

func (m mending) print(stdout io.Writer) {
	if m.nothing() {
		fmt.Fprintf(stdout, "Zone %s : ses numéros s'accordent avec ceux de l'autre. Rien à réparer.\n", m.zone)
		return
	}
	counters := make([]string, 0, len(m.raise))
	for name := range m.raise {
		counters = append(counters, name)
	}
	slices.Sort(counters)
	for _, name := range counters {
		fmt.Fprintf(stdout, "  %s : de %d à %d, aucun numéro ne sert deux fois\n", name, m.numbers["counter."+name], m.raise[name])
	}
	if m.again >= 0 {
		fmt.Fprintf(stdout, "  les envois %d à %d sont offerts de nouveau\n", m.again+1, m.numbers["delivered"])
	}
	if m.zone == "server" && len(m.lost) > 0 {
		fmt.Fprintf(stdout, "  %d envois seront offerts de nouveau ; ceux d'une saisine perdue seront mis de côté\n", len(m.lost))
	}
	if len(m.untold) > 0 {
		fmt.Fprintf(stdout, "  %d destructions que cette zone ne savait plus\n", len(m.untold))
	}
	if m.zone == "medical" {
		for _, r := range m.lost {
			fmt.Fprintf(stdout, "  perdu ici, reçu par la préfecture : envoi %d, saisine %s, %s %s\n", r.Seq, r.Referral, r.Code, r.Digest)
		}
	}
}

// apply mends in one transaction, with the owner's rights. Counters advance one by one, as their trigger wants.
func (z zoneTools) apply(ctx context.Context, m mending) error {
	conn, err := z.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		var err error
		if z.zone == "medical" {
			err = mendMedical(ctx, tx, m)
		} else {
			err = mendServer(ctx, tx, m)
		}
		return err
	})
}

const (
	raiseMedical = `UPDATE medical.counters SET value = value + 1 WHERE name = $1 AND value < $2`
	raiseServer  = `UPDATE server.counters SET value = value + 1 WHERE name = $1 AND value < $2`
	insertLost   = `INSERT INTO medical.lost_releases (seq, referral, code, digest, found_at) VALUES ($1, $2, $3, $4, $5)`
	insertGone   = `INSERT INTO server.lost_referrals (id, found_at) SELECT $1::uuid, $2 WHERE NOT EXISTS (SELECT 1 FROM server.referrals f WHERE f.id = $1::uuid)
		ON CONFLICT ON CONSTRAINT lost_referrals_pkey DO NOTHING`
)

// What a purge emptied can't be offered again; nothing of it is left to say.
const purgedSince = `SELECT count(*) FROM medical.releases r JOIN medical.deliveries d ON d.seq = r.seq WHERE r.seq > $1 AND r.body = '{}'`

func mendMedical(ctx context.Context, tx pgx.Tx, m mending) error {
	now := clock.Machine{}.Now()
	for _, r := range m.lost {
		if _, err := tx.Exec(ctx, insertLost, r.Seq, r.Referral, r.Code, r.Digest, now); err != nil {
			return fmt.Errorf("recording lost release %d: %w", r.Seq, err)
		}
	}
	if m.again >= 0 {
		var purged int
		if err := tx.QueryRow(ctx, purgedSince, m.again).Scan(&purged); err != nil {
			return fmt.Errorf("looking for purged releases: %w", err)
		}
		if purged > 0 {
			return fmt.Errorf("%d envois à offrir de nouveau ont été purgés : restaurez la zone administrative par l'archivage continu", purged)
		}
		for _, table := range []string{"quarantine_ends", "quarantines", "deliveries"} {
			if _, err := tx.Exec(ctx, "DELETE FROM medical."+table+" WHERE seq > $1", m.again); err != nil {
				return fmt.Errorf("offering releases again: %w", err)
			}
		}
	}
	return raise(ctx, tx, raiseMedical, m.raise)
}

func mendServer(ctx context.Context, tx pgx.Tx, m mending) error {
	now := clock.Machine{}.Now()
	for _, r := range m.lost {
		if _, err := tx.Exec(ctx, insertGone, r.Referral, now); err != nil {
			return fmt.Errorf("recording lost referral %s: %w", r.Referral, err)
		}
	}
	if err := recordUntold(ctx, tx, m.untold, now); err != nil {
		return err
	}
	return raise(ctx, tx, raiseServer, m.raise)
}

func raise(ctx context.Context, tx pgx.Tx, statement string, to map[string]int64) error {
	for name, value := range to {
		for {
			done, err := tx.Exec(ctx, statement, name, value)
			if err != nil {
				return fmt.Errorf("raising counter %s: %w", name, err)
			}
			if done.RowsAffected() == 0 {
				break
			}
		}
	}
	return nil
}
