package exit

import "cloison/medical"

// judge: the medical file, to the judge alone, once the applicant himself has lifted secrecy; the judge rules on the whole of it.
var judge = Exit{
	Bundle: "L2", Ground: "CE, 28 juillet 2022, n° 441481 ; L. 1110-4 CSP",
	Recipient: "la juridiction, jamais la préfecture", Compartment: "medical", Envelope: sealedArchive,
	Event: medical.EvDisclosed, Pieces: true,
}

// WholeFile is the scope of a lifting that lets the medical file leave.
const WholeFile = "DOSSIER_COMPLET"

// lifted: the applicant lifted secrecy for the whole file.
func lifted(c medical.Case) bool {
	for _, e := range c.Events {
		if d, ok := e.Data.(medical.LeveeSecret); ok && d.Scope == WholeFile {
			return true
		}
	}
	return false
}

// SecrecyLifted says it to whoever shows the conditions of an exit.
func SecrecyLifted(c medical.Case) bool { return lifted(c) }

// Records are the kinds of sealed records that a medical bundle takes: what the person or his physicians gave, and the report. The answers of
// each member, the drafts and the approvals stay (domain, section 7).
func Records() []string {
	return []string{"referral", "certificate", "report", "supplement", "request", "reply", "source"}
}
