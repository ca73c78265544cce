package web

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"cloison/act"

	"github.com/gofiber/fiber/v2"
)

// Face is how people meet an operation that writes: a form, posted to a path of its own and read into the same typed input as the JSON.
//
// When the act is done, the browser is sent elsewhere (303) and one sentence, chosen by a code, is shown there. When it is refused, the page
// of the form comes back with all that was typed, what to mend beside each field, and the status of the refusal.
type Face[In, Out any] struct {
	Template string
	// View builds the page of the form, blank or refused; in holds what the address says. What it reads, it reads by an act of its own: the
	// form's act is decided when the form is sent. Nil where the form is a button on another page: a refusal is then a page of its own.
	View func(c *Call, in In, typed Typed) (any, error)
	// Fill adds what is not typed because the session, the address or a rule says it; it may Note what the person left out.
	Fill func(c *Call, typed *Typed)
	// Done tells where to go on once the act is done.
	Done func(c *Call, in In, out Out) string
	// Shows answers on a page of its own, in place of Done: for an act that reads, and whose question no address may repeat.
	Shows func(c *Call, in In, out Out) (template string, view any)
	// Take makes the form carry a file (layout.Form.File), and takes its content once the act is done. c is the form's own call; what takes
	// the content is an act of its own, with Call.With. Nil: the form has fields only.
	Take func(c *Call, in In, out Out, file *File) error
	// Reread has the form shown once more before its act, for what nothing takes back: the View, with Typed.Rereads. An error refuses what was
	// typed before it is shown so. Nil: the form acts at once.
	Reread func(c *Call, in In) error
	// Said is the code of the sentence that the next page shows.
	Said string
}

// form is a Face whose types were erased.
type form struct {
	path, template, said string
	view                 func(*Call, any, Typed) (any, error)
	fill                 func(*Call, *Typed)
	done                 func(c *Call, in, out any) string
	shows                func(c *Call, in, out any) (template string, view any)
	take                 func(c *Call, in, out any, file *File) error
	reread               func(c *Call, in any) error
}

// Form gives an operation that writes a face for people, at path (outside /api): POST does the act, GET shows the blank form where there is a
// View. The handler is the JSON one; only the reading before and the last line differ. An operation that serves several kinds of one thing has
// a form for each, at a path of its own.
func Form[In, Out any](path string, face Face[In, Out]) Option {
	f := form{path: path, template: face.Template, said: face.Said, fill: face.Fill}
	if face.View != nil {
		f.view = func(c *Call, in any, typed Typed) (any, error) { return face.View(c, *in.(*In), typed) }
	}
	if face.Done != nil {
		f.done = func(c *Call, in, out any) string { return face.Done(c, *in.(*In), out.(Out)) }
	}
	if face.Shows != nil {
		f.shows = func(c *Call, in, out any) (string, any) { return face.Shows(c, *in.(*In), out.(Out)) }
	}
	if face.Take != nil {
		f.take = func(c *Call, in, out any, file *File) error { return face.Take(c, *in.(*In), out.(Out), file) }
	}
	if face.Reread != nil {
		f.reread = func(c *Call, in any) error { return face.Reread(c, *in.(*In)) }
	}
	return func(op *Operation) { op.forms = append(op.forms, &f) }
}

// by is the operation as one of its forms serves it.
func (op Operation) by(f *form) Operation {
	op.form = f
	return op
}

func (f *form) check(op Operation) error {
	switch {
	case op.reads() || op.binary || op.public != "":
		return fmt.Errorf("operation %s: a form is for an operation that writes", op.ID)
	case (f.done == nil) == (f.shows == nil) || f.done != nil && !saidCode.MatchString(f.said):
		return fmt.Errorf("operation %s: its form does not say what comes after", op.ID)
	case f.reread != nil && f.view == nil:
		return fmt.Errorf("operation %s: a form that is read again has a view", op.ID)
	case (f.view == nil) != (f.template == ""):
		return fmt.Errorf("operation %s: a form that is shown has a template and a view", op.ID)
	}
	return nil
}

// blankForm shows the form as nobody has filled it yet.
func (s *server) blankForm(op Operation) fiber.Handler {
	return func(c *fiber.Ctx) error {
		call, cancel := s.newCall(c, op)
		defer cancel()
		in := reflect.New(op.in).Interface()
		err := s.enter(op, call)
		if err == nil {
			call.Purpose, err = bind(c, in)
		}
		if err == nil {
			err = s.showForm(c, op, call, in, Typed{Key: call.FormKey()}, http.StatusOK)
		}
		return signIn(c, err)
	}
}

// sentForm does the act of a form that was sent.
func (s *server) sentForm(op Operation) fiber.Handler {
	return func(c *fiber.Ctx) error {
		call, cancel := s.newCall(c, op)
		defer cancel()
		if op.form.take != nil {
			// A file has an hour to come: whose, is asked before its first byte (TestAStrangersFileIsNotRead). Fields are read first, so
			// that a session that has ended loses none of them.
			if err := s.enter(op, call); err != nil {
				return err
			}
		}
		typed, press, sent, unread := readForm(op, call)
		defer sent.drain() // nothing where all was read
		err := s.enter(op, call)
		switch {
		case act.IsKind(err, act.Unauthenticated) && unread == nil && sent == nil && s.Ended != nil:
			return s.sessionEnded(c, typed, err)
		case err != nil:
			return err
		case unread != nil:
			return s.refuse(op, call, unread)
		}
		in := reflect.New(op.in).Interface()
		if press.pressed() {
			return s.reshape(c, op, call, in, typed, press)
		}
		out, err := s.doForm(op, call, in, &typed)
		if errors.Is(err, errReread) {
			return s.showForm(c, op, call, in, typed, http.StatusOK)
		}
		if err == nil && op.form.take != nil {
			err = s.takeFile(op, call, in, out, &typed, sent)
		}
		if err == nil {
			return s.didForm(c, op, call, in, out)
		}
		return s.refusedForm(c, op, call, in, typed, err)
	}
}

// didForm goes on after the act.
func (s *server) didForm(c *fiber.Ctx, op Operation, call *Call, in, out any) error {
	if op.form.shows != nil {
		template, view := op.form.shows(call, in, out)
		return s.page(c, template, view, http.StatusOK)
	}
	s.say(c, op.form.said)
	return c.Redirect(op.form.done(call, in, out), http.StatusSeeOther)
}

// errReread has the form shown once more: its act was not done.
var errReread = errors.New("to be read again")

// doForm reads what was typed into the input and does the act. Whatever the fields lack is found at once, not one by one.
func (s *server) doForm(op Operation, call *Call, in any, typed *Typed) (any, error) {
	call.IdempotencyKey = typed.Key
	sent := *typed // what comes back after a refusal is what was typed, without what Fill adds
	if op.form.fill != nil {
		filled := Typed{Key: typed.Key, File: typed.File, more: typed.more, values: map[string][]string{}}
		for name, values := range typed.values {
			filled.values[name] = values
		}
		op.form.fill(call, &filled)
		sent = filled
	}
	if op.form.take != nil && sent.File == nil {
		sent.Note(fileName, "Choisissez un fichier.")
	}
	err := s.untype(call, in, &sent)
	typed.wrong = sent.wrong
	if err == nil && op.form.reread != nil && !typed.reread {
		typed.reread = true
		if err = op.form.reread(call, in); err == nil {
			return nil, errReread
		}
		typed.reread = false
	}
	if err != nil {
		return nil, s.refuse(op, call, err)
	}
	answer, err := s.serve(op, call, in)
	return answer.body, err
}

// takeFile takes the content of a form's file, after the act that announced it. Where that fails, the announcement stands without content: sent
// once more, the form announces anew.
func (s *server) takeFile(op Operation, call *Call, in, out any, typed *Typed, sent *filedForm) error {
	err := s.translate(call, op.form.take(call, in, out, sent.file))
	if err != nil {
		typed.Key = call.FormKey()
	}
	return err
}

// untype reads the fields into the input through the one strict decoder, then validates.
func (s *server) untype(call *Call, in any, sent *Typed) (err error) {
	// The address first, so that a refusal of the fields can still show the page of its object.
	if call.Purpose, err = bind(call.Fiber, in); err != nil {
		return err
	}
	raw, err := sent.document(reflect.TypeOf(in).Elem())
	if err != nil {
		return err
	}
	if len(members(reflect.TypeOf(in).Elem())) > 0 {
		if err := decode(raw, in); err != nil {
			return err
		}
	}
	err = validate(s.validate, in)
	var found misfits
	if errors.As(err, &found) {
		for _, one := range found {
			sent.Note(one.path, one.sentence)
		}
	}
	if err == nil && len(sent.wrong) > 0 {
		err = refusal(act.Invalid, "Des champs sont à corriger. Corrigez-les, puis renvoyez le formulaire.")
	}
	return err
}

// placed is a cause that says which field it is about. Its sentence is for a person, and repeats no value.
type placed interface {
	error
	Place() (path, sentence string)
}

// refusedForm shows the form again. What the person may not know of stays a page that says nothing.
func (s *server) refusedForm(c *fiber.Ctx, op Operation, call *Call, in any, typed Typed, err error) error {
	problem := ProblemOf(err)
	problem.RequestID = call.RequestID
	switch problem.Code {
	case "step_up_required":
		if s.Confirm != nil && problem.StepUp != "" {
			return s.confirm(call, problem)
		}
		return err
	case "unauthenticated":
		if s.Ended != nil {
			return s.sessionEnded(c, typed, err)
		}
		return err
	case "not_found":
		return err
	}
	if op.form.view == nil {
		return err
	}
	var cause placed
	if errors.As(err, &cause) {
		typed.Note(cause.Place())
	}
	typed.Problem = &problem
	s.log(c, problem, err)
	if shown := s.showForm(c, op, call, in, typed, problem.Status); shown != nil {
		// The page itself is refused, or out of reach: the answer is the act's own refusal.
		s.Logger.Warn("form not shown again", "request_id", call.RequestID, "error", operatorText(shown))
		return err
	}
	return nil
}

// confirm asks for a fresh authentication by a link: the content policy lets no form lead to another site, redirects included.
func (s *server) confirm(c *Call, problem Problem) error {
	template, view := s.Confirm(c, problem)
	return s.page(c.Fiber, template, view, problem.Status)
}

// Field is a name and a value that a form sends.
type Field struct{ Name, Value string }

// sessionEnded keeps what was typed on the page, hidden: signing in again in another tab and sending it once more loses nothing. The server
// keeps nothing of it (TestASessionThatEndedLosesNothing).
func (s *server) sessionEnded(c *fiber.Ctx, typed Typed, err error) error {
	fields := append([]Field{{keyName, typed.Key}}, typed.Fields()...)
	problem := ProblemOf(err)
	problem.RequestID = RequestID(c)
	s.log(c, problem, err)
	template, view := s.Ended(c, fields)
	return s.page(c, template, view, problem.Status)
}

// showForm renders the form's page. An error has written nothing.
func (s *server) showForm(c *fiber.Ctx, op Operation, call *Call, in any, typed Typed, status int) error {
	call.Said = s.said(c)
	view, err := op.form.view(call, in, typed)
	if err != nil {
		return s.translate(call, err)
	}
	return s.page(c, op.form.template, view, status)
}

func (s *server) page(c *fiber.Ctx, template string, view any, status int) error {
	var out bytes.Buffer
	if err := s.Render(&out, template, view); err != nil {
		return fmt.Errorf("rendering the page %s: %w", template, err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Status(status).Send(out.Bytes())
}

// press is a button that changes the form and does nothing else.
type press struct{ add, remove, back string }

func (p press) pressed() bool { return p.add != "" || p.remove != "" || p.back != "" }

// reshape shows the form with one block more or less: what a script would do elsewhere.
func (s *server) reshape(c *fiber.Ctx, op Operation, call *Call, in any, typed Typed, p press) error {
	if op.form.view == nil {
		return s.refuse(op, call, malformed())
	}
	var err error
	if call.Purpose, err = bind(c, in); err != nil {
		return s.refuse(op, call, err)
	}
	if p.add != "" {
		typed.more = map[string]int{p.add: min(typed.blocks(p.add)+1, blockLimit)}
	}
	if list, last, ok := cutLast(p.remove); ok {
		typed.remove(list, last)
	}
	return s.showForm(c, op, call, in, typed, http.StatusOK)
}

func cutLast(path string) (list string, index int, ok bool) {
	dot := strings.LastIndexByte(path, '.')
	if dot < 0 {
		return "", 0, false
	}
	index, err := strconv.Atoi(path[dot+1:])
	return path[:dot], index, err == nil
}

// readForm reads the body, up to its file where it carries one, and takes out what is no field.
func readForm(op Operation, call *Call) (typed Typed, p press, sent *filedForm, err error) {
	var values map[string][]string
	if op.form.take != nil {
		if sent, values, err = readFiled(call); err == nil {
			err = tidy(values)
		}
	} else {
		values, err = readFields(call)
	}
	if err != nil {
		return Typed{}, press{}, sent, err
	}
	typed, p, err = readNames(values)
	if sent != nil {
		typed.File = sent.file
	}
	return typed, p, sent, err
}

func readFields(call *Call) (map[string][]string, error) {
	if !isMedia(call.Fiber.Get(fiber.HeaderContentType), fiber.MIMEApplicationForm) {
		return nil, unsupported(fiber.MIMEApplicationForm)
	}
	raw, err := readJSON(call.body)
	if err != nil {
		return nil, err
	}
	return parseForm(raw)
}

func readNames(values map[string][]string) (Typed, press, error) {
	key, err := take(values, keyName)
	add, failed := take(values, addName)
	err = errors.Join(err, failed)
	remove, failed := take(values, removeName)
	err = errors.Join(err, failed)
	back, failed := take(values, backName)
	err = errors.Join(err, failed)
	reread, failed := take(values, rereadName)
	err = errors.Join(err, failed)
	if err == nil && !formKey.MatchString(key) {
		err = refusal(act.Malformed, "Ce formulaire ne porte pas sa marque d’envoi. Rechargez la page, puis recommencez.")
	}
	return Typed{Key: key, values: values, reread: reread != "" && back == ""}, press{add, remove, back}, err
}

var (
	formKey  = regexp.MustCompile(`^[0-9a-f]{32}$`)
	saidCode = regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
)

// FormKey draws what a form carries so that it acts once, however often it is sent. A page with several forms draws one for each.
func (c *Call) FormKey() string {
	var b [16]byte
	if _, err := io.ReadFull(c.random, b[:]); err != nil {
		return "" // readForm refuses it: a form that could act twice is not sent at all
	}
	return hex.EncodeToString(b[:])
}

// newCall prepares a call of a page.
func (s *server) newCall(c *fiber.Ctx, op Operation) (*Call, context.CancelFunc) {
	limit := op.duration()
	if op.form.take != nil {
		limit = streamTime
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), limit)
	return &Call{
		RequestID: RequestID(c), Operation: op.ID, Fiber: c, Page: true,
		action: op.Action, readOnly: op.reads(), context: ctx, body: c.Locals(bodyKey).(*body), random: s.Random,
	}, cancel
}
