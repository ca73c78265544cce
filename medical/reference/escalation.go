package reference

// Escalation says after how many hours without an author the next physician on call is called, between two dates. The law says "sans délai" and
// gives no number: the hours are the service's own.
type Escalation struct {
	Code      string   `json:"code"`
	After     Duration `json:"after"`
	From      Date     `json:"valid_from"`
	To        *Date    `json:"valid_to"`
	Certainty string   `json:"certainty"`
	Source    string   `json:"source"`
}

// SecondCallOn is the rule in force that day. REQ-6.
func SecondCallOn(on Date) (Escalation, bool) {
	return find(tables.escalations, func(e Escalation) bool { return e.Code == "SECOND_APPELE" && within(on, e.From, e.To) })
}
