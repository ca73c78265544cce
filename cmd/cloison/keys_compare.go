package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
	"cloison/identity"

	"github.com/jackc/pgx/v5"
)

var errRosterDiffers = errors.New("la liste des dépositaires et les habilitations ne disent pas la même chose")

// keysCompare holds the custodians' roster against what the habilitations of the medical zone say on a day, and may write the roster that would agree. It
// changes nothing: a roster is what k custodians sign.
func keysCompare(ctx context.Context, args []string, stdout io.Writer) error {
	f := keysFlags("compare", stdout)
	database := f.String("database-url-file", "", "fichier de la chaîne de connexion du propriétaire, zone médicale")
	file := f.String("roster", "", "liste signée par les dépositaires (TOML)")
	on := f.String("on", "", "jour (AAAA-MM-JJ)")
	propose := f.String("propose", "", "fichier où écrire la liste proposée aux dépositaires")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := required(map[string]string{"database-url-file": *database, "roster": *file, "on": *on}); err != nil {
		return err
	}
	if _, err := time.Parse(time.DateOnly, *on); err != nil {
		return errors.New("--on est un jour : AAAA-MM-JJ")
	}
	text, err := os.ReadFile(*file)
	if err != nil {
		return err
	}
	roster, err := operator.ParseRoster(string(text))
	if err != nil {
		return err
	}
	staff, err := staffOn(ctx, *database, *on)
	if err != nil {
		return err
	}
	differences := compareRoster(roster, staff, *on)
	if *propose != "" {
		if err := writeProposal(*propose, roster, staff, *on); err != nil {
			return err
		}
		fmt.Fprintf(stdout, "Liste proposée : %s. Relisez-la, ajoutez les inscriptions (keys listings), puis faites-la signer (keys roster).\n", *propose)
	}
	if len(differences) == 0 {
		fmt.Fprintf(stdout, "Le %s, la liste des dépositaires et les habilitations s'accordent.\n", *on)
		return nil
	}
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "personne\thabilitation\tliste des dépositaires\tà faire")
	for _, d := range differences {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", d.person, d.standing, d.roster, d.todo)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return errRosterDiffers
}

func staffOn(ctx context.Context, urlFile, on string) ([]identity.StaffAccount, error) {
	url, err := os.ReadFile(urlFile)
	if err != nil {
		return nil, fmt.Errorf("reading the connection string: %w", err)
	}
	conn, err := pgx.Connect(ctx, strings.TrimSpace(string(url)))
	if err != nil {
		return nil, fmt.Errorf("connecting to zone medical: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return identity.StaffAccounts(ctx, conn, on)
}

// difference is somebody of whom the two do not say the same.
type difference struct{ person, standing, roster, todo string }

func compareRoster(roster wire.Roster, staff []identity.StaffAccount, on string) []difference {
	var found []difference
	known := make([]bool, len(roster.Lines))
	for _, p := range staff {
		listed, says := false, "absent"
		for i, l := range roster.Lines {
			if !isOf(l, p) {
				continue
			}
			known[i], listed = true, listed || l.On(on)
			if !listed {
				says = "du " + l.From + " au " + l.To
			}
		}
		switch empowered := p.Standing == identity.InForce; {
		case empowered && !listed:
			found = append(found, difference{p.ID, p.Standing, says, "à ajouter à la liste"})
		case !empowered && listed:
			found = append(found, difference{p.ID, p.Standing, "en vigueur", "à retirer de la liste"})
		}
	}
	for i, l := range roster.Lines {
		if !known[i] && l.On(on) {
			found = append(found, difference{l.Person(), "inconnu de l'annuaire", "en vigueur", "à retirer de la liste"})
		}
	}
	return found
}

// isOf: a physician is known by his national id, whatever account he signs in with; a secretary by the account.
func isOf(l wire.Line, p identity.StaffAccount) bool {
	if l.Class != classOf(p) {
		return false
	}
	if l.Class == keyholder.ClassPhysician {
		return l.NationalID == p.NationalID
	}
	return l.Subject == p.Subject
}

func classOf(p identity.StaffAccount) string {
	if p.Role == "MEDECIN" {
		return keyholder.ClassPhysician
	}
	return keyholder.ClassSecretariat
}

// proposeRoster keeps the lines of whoever is empowered, drops the others, and adds whoever is missing, from that day on, by the issuer that the class has in
// the roster already. It names no head of service and binds no listing: the custodians do.
func proposeRoster(roster wire.Roster, staff []identity.StaffAccount, on string) (wire.Roster, error) {
	var proposed wire.Roster
	issuer := map[string]string{}
	for _, l := range roster.Lines {
		issuer[l.Class] = l.Issuer
		if l.On(on) && slices.ContainsFunc(staff, func(p identity.StaffAccount) bool { return isOf(l, p) && p.Standing == identity.InForce }) {
			proposed.Lines = append(proposed.Lines, l)
		}
	}
	for _, p := range staff {
		if p.Standing != identity.InForce || slices.ContainsFunc(proposed.Lines, func(l wire.Line) bool { return isOf(l, p) }) {
			continue
		}
		line := wire.Line{Issuer: issuer[classOf(p)], Subject: p.Subject, Class: classOf(p), Compartments: []string{"civil"}, From: on}
		if line.Class == keyholder.ClassPhysician {
			line.NationalID, line.Compartments = p.NationalID, []string{"civil", "medical"}
		}
		if line.Issuer == "" {
			return proposed, fmt.Errorf("aucune ligne de la liste ne dit par quel fournisseur se connecte la classe %s", line.Class)
		}
		proposed.Lines = append(proposed.Lines, line)
	}
	return proposed, proposed.Valid()
}

func writeProposal(path string, roster wire.Roster, staff []identity.StaffAccount, on string) error {
	proposed, err := proposeRoster(roster, staff, on)
	if err != nil {
		return err
	}
	text, err := operator.FormatRoster(proposed)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o600)
}
