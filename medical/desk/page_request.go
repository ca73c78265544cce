package desk

import (
	"time"
	"unicode"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/reference"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

func requestPath(dossier, ref, tail string) string {
	return dossierPath(dossier) + "/demandes/" + ref + tail
}

// requestsOf is the part of a dossier's page that lists its requests.
func requestsOf(dossier string) string { return dossierPath(dossier) + "#demandes" }

// toRequests is where the acts about requests lead.
func toRequests[In, Out any](id func(In) string) func(*web.Call, In, Out) string {
	return func(_ *web.Call, in In, _ Out) string { return requestsOf(id(in)) }
}

// seenRequest loads a dossier and the request that the address names.
func (k *Desk) seenRequest(c *web.Call, dossier string) (store.Dossier, medical.Request, error) {
	d, err := k.seen(c, dossier)
	if err != nil {
		return d, medical.Request{}, err
	}
	r, ok := d.Case.Request(c.Fiber.Params("request"))
	if !ok {
		return d, r, act.NotFound()
	}
	return d, r, nil
}

// fillInstant turns the local time that a browser sends into an instant of the place.
func fillInstant(typed *web.Typed, name string, place *time.Location) {
	if local, err := time.ParseInLocation("2006-01-02T15:04", typed.Text(name), place); err == nil {
		typed.Set(name, local.Format(time.RFC3339))
	}
}

func datetime(field layout.Field) layout.Field { field.Kind = "datetime"; return field }

var requestWords = map[medical.EventType]string{
	medical.EvComplementAsked: "Complément demandé", medical.EvExamsAsked: "Examens demandés", medical.EvSummonsSent: "Convocation",
	medical.EvCompletionAsked: "Certificat à compléter",
}

// requestTitle names a request without what it asks: "Convocation conv-1".
func requestTitle(r medical.Request) string { return requestWords[r.Asked.Type] + " " + r.Ref }

// trail is what is known of the letters of a request, as one line for each.
func trail(r medical.Request) []layout.Line {
	var lines []layout.Line
	for _, s := range r.Sendings {
		lines = append(lines, sendingLine(s))
	}
	return lines
}

func sendingLine(s medical.Sending) layout.Line {
	line := layout.Line{Mark: "wait", Text: "Envoyée le " + layout.FrenchDate(s.SentOn.Time()), Note: "Rien n’est encore connu de son acheminement"}
	if s.Mode != "" {
		line.Text += ", " + lower(wordsOf(modeChoices, s.Mode))
	}
	if s.PresentedOn != nil {
		line.Note = "Présentée le " + layout.FrenchDate(s.PresentedOn.Time())
	}
	if s.CollectedOn != nil {
		line.Mark, line.Note = "ok", "Remise le "+layout.FrenchDate(s.CollectedOn.Time())
	}
	if s.Reason != "" {
		line.Mark, line.Note = "barred", returned(s)
	}
	return line
}

func returned(s medical.Sending) string {
	text := "Revenue"
	if s.ReturnedOn != nil {
		text += " le " + layout.FrenchDate(s.ReturnedOn.Time())
	}
	text += " : " + lower(wordsOf(returnChoices, s.Reason))
	if s.PresentedOn != nil {
		text = "Présentée le " + layout.FrenchDate(s.PresentedOn.Time()) + ". " + text
	}
	return text
}

// upper begins a sentence.
func upper(words string) string {
	runes := []rune(words)
	if len(runes) == 0 {
		return words
	}
	runes[0] = unicode.ToUpper(runes[0])
	return string(runes)
}

// lower begins words within a sentence.
func lower(words string) string {
	runes := []rune(words)
	if len(runes) == 0 {
		return words
	}
	runes[0] = unicode.ToLower(runes[0])
	return string(runes)
}

func place(code string) string {
	if d, ok := reference.DirectionByCode(code); ok {
		return d.Label
	}
	return code
}
