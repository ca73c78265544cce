package missions

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/act"
	"cloison/internal/clock"
	"cloison/internal/jobs"
	"cloison/policy"
	"cloison/web"
	"cloison/web/layout"
)

// Sensitivity says what a mission's data are.
type Sensitivity string

const (
	// Ordinary: administrative data of persons, and nothing that concerns health.
	Ordinary Sensitivity = "ORDINAIRE"
	// Restricted: some columns concern health or vulnerability; they stand in a schema of their own, audited read by read.
	Restricted Sensitivity = "RESTREINTE"
)

// Module is the plug: all that a mission is. Adding one is its folder, and one line in missions/installed.
type Module struct {
	Name        string // of its folder, its schema, its role in the database; the first word of its actions and operations
	Label       string // French
	Sensitivity Sensitivity
	Migrations  fs.FS
	Policy      policy.Mission
	Law         *Law
	Retention   []Retention
	Menu        []Entry
	Open        func(Host) (Desk, error)
}

// Role is the mission's role in the database, and no other's (package migrations makes it).
func (m Module) Role() string { return "mission_" + m.Name }

// Retention is how long a class of its data is kept, and by which text.
type Retention struct {
	Class, Months, Source string
	Status                Status
}

// Entry is a line of a menu. Role is portal.Key: a role, and for agents of missions the mission's word in the directory.
type Entry struct{ Role, Label, Path string }

// Host is what a mission is given: its own pool, and a gate upon it. It is given no other.
type Host struct {
	Pool     *pgxpool.Pool
	Gate     *act.Gate
	Clock    clock.Clock
	Location *time.Location
	Shell    func(*web.Call) layout.Shell
}

// Desk is what it offers.
type Desk struct {
	Operations []web.Operation
	Sweeps     []jobs.Sweep
	// Guest tells who asks by a link that the mission gave, on the paths of its links; ok is false on every other path. Nil: it gives none.
	Guest func(*fiber.Ctx) (who act.Subject, ok bool, err error)
}

var moduleName = regexp.MustCompile(`^[a-z]{3,24}$`)

// Check refuses a module that is not whole, so that no program starts with one.
func (m Module) Check() error {
	switch {
	case !moduleName.MatchString(m.Name):
		return fmt.Errorf("mission %q: not a name", m.Name)
	case m.Label == "":
		return fmt.Errorf("mission %s: no label", m.Name)
	case m.Sensitivity != Ordinary && m.Sensitivity != Restricted:
		return fmt.Errorf("mission %s: sensitivity %q", m.Name, m.Sensitivity)
	case m.Migrations == nil || m.Policy.Files == nil || m.Policy.Name != m.Name:
		return fmt.Errorf("mission %s: no migrations, or no policy of its name", m.Name)
	case m.Law == nil || len(m.Retention) == 0:
		return fmt.Errorf("mission %s: no parameters, or nothing said of how long its data are kept", m.Name)
	case m.Open == nil:
		return fmt.Errorf("mission %s: nothing opens it", m.Name)
	}
	for _, r := range m.Retention {
		if r.Class == "" || r.Source == "" || r.Status != Verified && r.Status != ToConfirm {
			return fmt.Errorf("mission %s: a class of retention is not whole", m.Name)
		}
	}
	return nil
}

// OpenOn opens the module and refuses operations that are not of its name: their ids, actions and paths tell which mission answers.
func (m Module) OpenOn(h Host) (Desk, error) {
	if h.Pool == nil || h.Gate == nil || h.Clock == nil || h.Location == nil || h.Shell == nil {
		return Desk{}, errors.New("opening a mission: the host lacks something")
	}
	desk, err := m.Open(h)
	if err != nil {
		return Desk{}, fmt.Errorf("opening mission %s: %w", m.Name, err)
	}
	for _, op := range desk.Operations {
		if !strings.HasPrefix(op.ID, "missions."+m.Name+".") || !strings.HasPrefix(op.Action, m.Name+".") || !strings.HasPrefix(op.Path, "/missions/"+m.Name+"/") {
			return Desk{}, fmt.Errorf("mission %s offers %s on %s by %q, which is not of its name", m.Name, op.ID, op.Path, op.Action)
		}
	}
	for _, sweep := range desk.Sweeps {
		if !strings.HasPrefix(sweep.Name, m.Name) {
			return Desk{}, fmt.Errorf("mission %s sweeps under the name %s", m.Name, sweep.Name)
		}
	}
	return desk, nil
}
