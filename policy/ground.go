package policy

// Grounds are why an auditor searches the log: one of them stands in the entry of each search (action audit.search, audit.export and what follows from
// them), where a purpose stands for a reading.
var Grounds = []string{"CONTROLE", "PLAINTE", "DROITS", "INCIDENT", "ENQUETE", "JUSTICE"}

// KnownGround says whether g is one of them. The rules hold the same list (TestGroundsAreThoseOfTheRules).
func KnownGround(g string) bool {
	for _, known := range Grounds {
		if g == known {
			return true
		}
	}
	return false
}
