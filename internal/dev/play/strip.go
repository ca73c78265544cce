package play

import (
	"maps"
	"slices"
	"time"
)

// What the clock, the session, the path or a rule gives is refused as an unknown field: these are the fields that a person types.

var referralFields = []string{
	"kind", "channel", "request_registered_on", "certificate_available_on", "asylum", "removal_decision", "prefecture", "agdref",
	"reference_country", "administrative_files", "previous_case",
}

// createReferral is the body of that operation. Of the liberty history it keeps what had begun: the rest had not happened.
func createReferral(c *Case, at time.Time) object {
	referral := keep(c.Referral, referralFields...)
	if previous, ok := referral["previous_case"].(object); ok {
		referral["previous_case"] = keep(previous, "id", "opinion_on", "sens")
	}
	if asylum, ok := referral["asylum"].(object); ok {
		referral["asylum"] = drop(asylum, "late")
	}
	return object{"referral": referral, "applicant": c.Applicant, "liberty_history": begun(c.Liberty, at)}
}

func begun(periods []object, at time.Time) []object {
	list := []object{}
	for _, p := range periods {
		from, err := time.Parse(time.RFC3339, text(p, "from"))
		if p["from"] == nil || err == nil && !from.After(at) {
			list = append(list, p)
		}
	}
	return list
}

// receiveCertificate: why a certificate was set aside is what rejectCertificate says.
func receiveCertificate(certificate object) object {
	return drop(certificate, "received_at", "late", "rejected")
}

func saveReport(report object) object {
	return drop(report, "rapporteur", "signed_at", "transmitted_at", "certificate_received_on")
}

func createDocument(document object) object {
	return keep(document, "kind", "medical", "label", "declared_name", "media_type", "sha256", "size", "pages", "received_on", "stage")
}

func composeCollege(data object) object { return keep(data, "decision_ref", "members") }

// replaceMember: the composition is in the path.
func replaceMember(data object) object { return keep(data, "reason_code", "member_out", "member_in") }

func giveAnswers(answers object) object { return drop(answers, "member", "answered_at") }

func settleOpinion(synthesis object) object { return drop(synthesis, "by", "at") }

// eventBody is an event as openRequest, closeRequest and recordEvent take it; a due date is a consequence.
func eventBody(e Event) object {
	body := drop(e.Data, "due_on")
	body["type"] = e.Type
	if e.Stage != nil {
		body["stage"] = *e.Stage
	}
	return body
}

func keep(o object, fields ...string) object {
	kept := object{}
	for _, f := range fields {
		if v, ok := o[f]; ok {
			kept[f] = v
		}
	}
	return kept
}

func drop(o object, fields ...string) object {
	kept := object{}
	maps.Copy(kept, o)
	maps.DeleteFunc(kept, func(f string, _ any) bool { return slices.Contains(fields, f) })
	return kept
}

// with is the object plus one field.
func with(o object, field string, value any) object {
	more := drop(o)
	more[field] = value
	return more
}
