package policy

// KnownPurpose says whether p is one of the closed list of purposes of a reading.
func KnownPurpose(p string) bool {
	switch p {
	case "INSTRUCTION", "COLLEGE", "SECRETARIAT", "CONTENTIEUX", "ACCES", "CONTROLE":
		return true
	}
	return false
}
