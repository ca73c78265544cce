package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focused is what the keyboard is at.
type focused struct {
	Tag, Type, Name, Value, Text, ID string
	Checked                          bool
	Submits                          bool // the form's own button
}

const lookAtFocus = `JSON.stringify((() => { const e = document.activeElement; if (!e || e === document.body) return {};
  return {Tag: e.tagName, Type: e.type || '', Name: e.name || '', Value: e.value || '', ID: e.id, Text: (e.innerText || '').replace(/\s+/g, ' ').trim(),
    Checked: !!e.checked, Submits: e.tagName === 'BUTTON' && !e.name && !!e.closest('.cl-save')} })())`

func (r *reader) focus() focused {
	r.t.Helper()
	return decoded[focused](r, lookAtFocus)
}

// tabLimit is more than any page has.
const tabLimit = 400

// ahead counts the Tab keys that lead at least to the next element that is wanted: 0 at it, -1 where the page has none. It only spares asking
// the page after each key: what the browser gives the focus to is what counts. A group of answers is one stop; a field of a date has several.
const ahead = `((wanted, start, past) => {
  const here = document.activeElement
  if (start) window.from = past ? here : null
  const groups = new Set()
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, iframe, [tabindex]')].filter(e => {
    if (e.disabled || e.tabIndex < 0 || e.type === 'hidden' || !e.checkVisibility({visibilityProperty: true})) return false
    if (e.type !== 'radio') return true
    const chosen = e.form.querySelector('input[name="' + e.name + '"]:checked') ?? e
    if (e !== chosen || groups.has(e.name)) return false
    groups.add(e.name)
    return true
  })
  const at = all.indexOf(here)
  if (at < 0) return all.some(wanted) ? 1 : -1
  if (here !== window.from && wanted(here)) return 0
  for (let n = 1; n <= all.length; n++) {
    const e = all[(at + n) % all.length]
    if (e !== window.from && wanted(e)) return n
  }
  return -1
})`

// reach goes on by the Tab key to the next element that is wanted, a condition upon e; ok is false where there is none. past leaves out the
// element that has the focus already.
func (r *reader) reach(wanted string, past bool) (f focused, ok bool) {
	r.t.Helper()
	for pressed := 0; pressed < tabLimit; {
		n := ask[int](r, fmt.Sprintf("%s(e => %s, %t, %t)", ahead, wanted, pressed == 0, past))
		switch {
		case n == 0:
			return r.focus(), true
		case n < 0:
			return focused{}, false
		}
		r.do(chromedp.KeyEvent(strings.Repeat(kb.Tab, n)))
		pressed += n
	}
	return focused{}, false
}

// press goes to a link or a button by the Tab key, and presses Enter.
func (r *reader) press(label string) {
	r.t.Helper()
	wanted := fmt.Sprintf(`(e.tagName === 'A' || e.tagName === 'BUTTON') && e.innerText.replace(/\s+/g, ' ').includes(%s)`, quoted(label))
	if _, ok := r.reach(wanted, false); !ok {
		r.t.Fatalf("at %s: the keyboard reaches nothing called %q\n%s", r.title(), label, r.text())
	}
	r.enter()
}

// unfold goes to a summary by the Tab key, and opens what it sums up.
func (r *reader) unfold(label string) {
	r.t.Helper()
	wanted := fmt.Sprintf(`e.tagName === 'SUMMARY' && e.innerText.includes(%s)`, quoted(label))
	if _, ok := r.reach(wanted, false); !ok {
		r.t.Fatalf("at %s: the keyboard reaches nothing that unfolds %q", r.title(), label)
	}
	r.choices++
	r.do(chromedp.KeyEvent(kb.Enter))
	r.until(`document.activeElement.closest('details').open`, patience)
}

// quoted is a text as a JavaScript value.
func quoted(v any) string {
	raw, _ := json.Marshal(v)
	return string(raw)
}

// enter presses Enter and waits for the page that follows.
func (r *reader) enter() {
	r.t.Helper()
	r.choices++
	r.pressed++
	before := r.title()
	ask[bool](r, `window.before = true`)
	r.do(chromedp.KeyEvent(kb.Enter))
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		done, err := chromedp.Run(r.page, chromedp.Evaluate[bool](`window.before !== true && document.readyState === 'complete'`))
		if err == nil && done {
			break
		}
		if time.Now().After(end) {
			r.t.Fatalf("after %v no page follows %s: %v", patience, before, err)
		}
	}
	r.arrived()
}

// fill goes once through a form by the Tab key, gives each field its value, asks for the blocks that are missing, and stops at the form's
// own button. Values are by name; several, for boxes to tick, stand between commas.
func (r *reader) fill(values map[string]string) {
	r.t.Helper()
	names := []string{"_add"}
	for name := range values {
		names = append(names, name)
	}
	wanted := fmt.Sprintf(`%[1]s.includes(e.name) || e.tagName === 'BUTTON' && !e.name && !!e.closest('.cl-save') ||
		e.tagName === 'SUMMARY' && !e.parentElement.open && [...e.parentElement.querySelectorAll('[name]')].some(f => %[1]s.includes(f.name))`, quoted(names))
	for range tabLimit {
		f, ok := r.reach(wanted, true)
		switch {
		case !ok:
			r.t.Fatalf("at %s: the keyboard does not reach the form's button", r.title())
		case f.Submits:
			return
		case f.Tag == "SUMMARY": // fields that were folded
			r.choices++
			r.do(chromedp.KeyEvent(kb.Enter))
		case f.Name != "_add":
			r.give(f, values[f.Name])
		case r.lacks(f.Value, values):
			r.enter()
		}
	}
	r.t.Fatalf("at %s: the form has no end", r.title())
}

// lacks says that the values need one more block of a list.
func (r *reader) lacks(list string, values map[string]string) bool {
	for name := range values {
		if strings.HasPrefix(name, list+".") && !ask[bool](r, fmt.Sprintf(`!!document.querySelector('[name=%q]')`, name)) {
			return true
		}
	}
	return false
}

func (r *reader) give(f focused, want string) {
	r.t.Helper()
	r.effort.give(f, want)
	switch {
	case f.Type == "radio":
		r.choose(f, want)
		return
	case f.Type == "checkbox":
		if in(want, f.Value) != f.Checked {
			r.choices++
			r.do(chromedp.KeyEvent(" "))
		}
		return
	case f.Type == "file":
		r.attach(want)
		return
	case f.Value == want:
		return
	case f.Tag == "SELECT":
		r.turn(f, want)
	case f.Type == "date":
		r.do(chromedp.KeyEvent(r.keys(want, time.DateOnly, "01022006"))) // the order of this browser's own language
	case f.Type == "datetime-local":
		r.do(chromedp.KeyEvent(r.keys(want, "2006-01-02T15:04", "01022006") + kb.ArrowRight + r.keys(want, "2006-01-02T15:04", "0304PM")))
	default:
		if f.Tag == "TEXTAREA" { // the Tab key selects what a line holds, not what a block holds: Ctrl and A do
			ask[bool](r, `(document.activeElement.select(), true)`)
		}
		r.do(typeText(want)) // what is selected is replaced
	}
	if now := r.focus(); strings.TrimSpace(now.Value) != want {
		r.t.Fatalf("at %s: %s holds %q, want %q", r.title(), f.Name, now.Value, want)
	}
}

// keys is a date as it is typed.
func (r *reader) keys(value, form, typed string) string {
	r.t.Helper()
	at, err := time.Parse(form, value)
	if err != nil {
		r.t.Fatal(err)
	}
	return at.Format(typed)
}

// attach gives the form's file: the window in which one is chosen is the browser's own.
func (r *reader) attach(path string) {
	r.t.Helper()
	r.choices++
	r.do(chromedp.SetUploadFiles(chromedp.CSS("input[type=file]"), []string{path}))
}

// choose moves in a group of answers by the arrow keys.
func (r *reader) choose(f focused, want string) {
	r.t.Helper()
	for range 12 {
		if f.Value == want {
			if !f.Checked {
				r.do(chromedp.KeyEvent(" "))
			}
			r.choices++
			return
		}
		r.do(chromedp.KeyEvent(kb.ArrowDown))
		f = r.focus()
	}
	r.t.Fatalf("at %s: no answer %q to %s", r.title(), want, f.Name)
}

// farAway is from where on a person types the beginning of a name rather than the arrow as often.
const farAway = 15

// turn moves in a list by the arrow keys; to what stands far, by the beginning of its name first, as the list offers it.
func (r *reader) turn(f focused, want string) {
	r.t.Helper()
	r.choices++
	away := func() int {
		return ask[int](r, fmt.Sprintf(`(e => [...e.options].findIndex(o => o.value === %s) - e.selectedIndex)(document.activeElement)`, quoted(want)))
	}
	n := away()
	if n > farAway || n < -farAway {
		begins := ask[string](r, fmt.Sprintf(`[...document.activeElement.options].find(o => o.value === %s).text.trim().split(' ')[0].toLowerCase()`, quoted(want)))
		r.do(chromedp.KeyEvent(begins))
		n = away()
	}
	key := kb.ArrowDown
	if n < 0 {
		key, n = kb.ArrowUp, -n
	}
	r.do(chromedp.KeyEvent(strings.Repeat(key, n)))
}

func in(list, value string) bool {
	for one := range strings.SplitSeq(list, ",") {
		if one == value {
			return true
		}
	}
	return false
}

func typeText(text string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}
