package prefecture

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"cloison/act"
	"cloison/release"
	"cloison/server/store"
	"cloison/web"
)

// What bounds a file: memory holds one line and the report. A prefecture with more sends several files.
const (
	importLines = 5000
	lineBytes   = 16 << 10
)

// ImportOutcome is what became of a line.
type ImportOutcome string

// Outcomes of a line. A line that is known was taken before under its key, and made nothing again.
const (
	ImportCreated ImportOutcome = "CREATED"
	ImportKnown   ImportOutcome = "KNOWN"
	ImportRefused ImportOutcome = "REFUSED"
)

// ImportLine is what became of one line: of a refused one the column to mend, never its value.
type ImportLine struct {
	Line     int           `json:"line"` // of the file; the names of the columns are line 1
	Key      string        `json:"key"`
	Outcome  ImportOutcome `json:"outcome"`
	Referral string        `json:"referral"` // empty where refused
	Column   string        `json:"column"`
	Code     string        `json:"code"`
	Rule     string        `json:"rule"`
	Detail   string        `json:"detail"`
}

// ImportReport is the file, line by line.
type ImportReport struct {
	Created int          `json:"created"`
	Known   int          `json:"known"`
	Refused int          `json:"refused"`
	Lines   []ImportLine `json:"lines"`

	page *ImportReport // of a form, whose file comes after its act
}

func (r *ImportReport) add(l ImportLine) {
	switch l.Outcome {
	case ImportCreated:
		r.Created++
	case ImportKnown:
		r.Known++
	case ImportRefused:
		r.Refused++
	}
	r.Lines = append(r.Lines, l)
}

func (d *Desk) importOperations() []web.Operation {
	return []web.Operation{
		web.Op("importReferrals", "POST", "/referral-imports", "referral.import", d.importReferrals,
			web.Streamed("text/csv"), web.Status(http.StatusOK), web.Example(importExample), d.importForm()),
	}
}

// importReferrals takes a file of referrals. Each line is an act of its own, all or nothing, under the rules of createReferral; one that is
// refused keeps no other back. Cut in the middle, the file is sent again whole: its keys say what was taken.
func (d *Desk) importReferrals(c *web.Call, _ web.None) (web.Reply[ImportReport], error) {
	a := c.Act(act.Object{})
	a.IdempotencyKey = "" // the keys of the lines do better
	if _, err := d.Gate.Do(c.Context(), c.Who, a, nothing); err != nil {
		return web.Reply[ImportReport]{}, err
	}
	report := ImportReport{Lines: []ImportLine{}, page: &ImportReport{}}
	if c.Page {
		return web.OK(report), nil
	}
	if err := d.takeImport(c, a, &report); err != nil {
		return web.Reply[ImportReport]{}, err
	}
	return web.OK(report), nil
}

// takeImport reads the file, and records a refusal of the whole.
func (d *Desk) takeImport(c *web.Call, a act.Act, report *ImportReport) error {
	err := d.readImport(c, report)
	var refused *act.Error
	if errors.As(err, &refused) && refused.Kind != act.Unavailable && refused.Kind != act.Internal {
		if failed := d.Gate.Refuse(c.Context(), c.Who, a, string(refused.Kind)); failed != nil {
			return failed
		}
	}
	return err
}

func (d *Desk) readImport(c *web.Call, report *ImportReport) error {
	file := bufio.NewReaderSize(c.Body(), lineBytes)
	first, err := readLine(file)
	if err != nil {
		return importBroken(err)
	}
	header, err := readHeader(first)
	if err != nil {
		return err
	}
	for number := 2; ; number++ {
		line, err := readLine(file)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return importBroken(err)
		case number > importLines+1:
			return act.NewError(act.TooLarge, "Le fichier compte plus de 5 000 lignes. Les 5 000 premières sont prises ; envoyez les autres dans un autre fichier.")
		case line == "":
			continue
		}
		taken, err := d.importLine(c, header, line)
		if err != nil {
			return err
		}
		taken.Line = number
		report.add(taken)
	}
}

// readLine reads one line, io.EOF after the last. What a cut connection leaves of a line is no line (TestACutFileTakesNoHalfLine).
func readLine(file *bufio.Reader) (string, error) {
	line, err := file.ReadSlice('\n')
	if err != nil && !(errors.Is(err, io.EOF) && len(line) > 0) {
		return "", err
	}
	return string(bytes.TrimRight(line, "\r\n")), nil
}

func importBroken(err error) error {
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return act.NewError(act.TooLarge, "Une ligne dépasse 16 Kio. Les lignes qui la précèdent sont prises ; corrigez-la, puis renvoyez le fichier entier.")
	case errors.Is(err, io.EOF):
		return act.NewError(act.Malformed, "Le fichier est vide. Donnez les noms des colonnes, puis une ligne par saisine.")
	}
	return act.NewError(act.Malformed, "Le fichier s’est interrompu. Renvoyez-le entier : une ligne déjà prise ne l’est pas deux fois.")
}

var importKey = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// importLine takes one line. The error is that of a breakdown, which ends the file; a refusal is the line's.
func (d *Desk) importLine(c *web.Call, header []string, line string) (ImportLine, error) {
	r, err := readRow(header, line)
	if err != nil || !utf8.ValidString(line) {
		return refusedLine("", act.NewError(act.Malformed, "Cette ligne n’est pas lisible, ou n’a pas autant de cellules que de colonnes. Corrigez-la, puis renvoyez le fichier.")), nil
	}
	key := r[keyColumn]
	if !importKey.MatchString(key) {
		return refusedLine("", wrongField(keyColumn)), nil
	}
	taken, err := d.takeRow(c, key, r)
	switch problem := web.ProblemOf(err); {
	case err == nil:
		return taken, nil
	case problem.Status >= http.StatusInternalServerError:
		return ImportLine{}, err
	}
	return refusedLine(key, err), nil
}

func refusedLine(key string, err error) ImportLine {
	problem := web.ProblemOf(err)
	line := ImportLine{Key: key, Outcome: ImportRefused, Code: problem.Code, Rule: problem.Rule, Detail: problem.Detail}
	var field misfit
	if errors.As(err, &field) {
		path, sentence := field.Place()
		line.Column, line.Detail = path[strings.LastIndexByte(path, '.')+1:], sentence
	}
	return line
}

// takeRow makes the referral of a line, unless its key says that it was made before.
func (d *Desk) takeRow(c *web.Call, key string, r row) (ImportLine, error) {
	digest := r.digest()
	known, err := store.GetImportedLine(c.Context(), d.Pool, c.Who.Prefecture, key)
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return ImportLine{}, err
	case !bytes.Equal(known.Digest, digest):
		return ImportLine{}, d.refuseLine(c, "IMPORT_KEY_REUSED")
	default:
		return ImportLine{Key: key, Outcome: ImportKnown, Referral: known.Referral}, nil
	}
	in := r.request()
	a := in.act(c)
	a.Action, a.IdempotencyKey = "referral.create", ""
	result, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		if err := importable(ctx, tx, in); err != nil {
			return err
		}
		referrals, direction, err := d.drawReferrals(in, tx)
		if err != nil {
			return err
		}
		if err := store.OpenReferrals(ctx, tx, referrals, direction, c.Who.Reference, tx.Now); err != nil {
			return err
		}
		tx.SetObject("referral", referrals[0].ID)
		tx.AfterCommit(d.Bell.Ring)
		return store.RecordImportedLine(ctx, tx, c.Who.Prefecture, key, store.ImportedLine{Referral: referrals[0].ID, Digest: digest}, tx.Now)
	})
	if err != nil {
		return ImportLine{}, err
	}
	return ImportLine{Key: key, Outcome: ImportCreated, Referral: result.Object.ID}, nil
}

// refuseLine records a refusal that no act carries.
func (d *Desk) refuseLine(c *web.Call, rule string) error {
	a := c.Act(act.Object{})
	a.Action = "referral.create"
	if err := d.Gate.Refuse(c.Context(), c.Who, a, rule); err != nil {
		return err
	}
	return act.Deny(rule)
}

// importable: what a line can say whole. A minor and a removal have more to say, and a second referral of one number is for a person to decide.
func importable(ctx context.Context, tx *act.Tx, in createReferralIn) error {
	if !in.Referral.Kind.Stay() || in.Referral.Kind == release.KindParent {
		return act.Deny("IMPORT_KIND")
	}
	twins, err := store.FindTwins(ctx, tx, in.Referral.Prefecture, in.Referral.AGDREF, "")
	if err != nil {
		return err
	}
	if len(twins) > 0 {
		return act.Deny("REFERRAL_TWIN")
	}
	return nil
}
