package reference

import "slices"

// Receiver says which authority an opinion is for, for a family and a status of liberty, between two dates. It is the authority that referred;
// the prefecture in charge of the referral is where the opinion is delivered.
type Receiver struct {
	Family    string   `json:"family"`
	Liberty   []string `json:"liberty"`
	Receiver  string   `json:"receiver"` // PREFET, MINISTRE_INTERIEUR, AUTORITE_DE_LA_MESURE
	Label     string   `json:"label"`
	From      Date     `json:"valid_from"`
	To        *Date    `json:"valid_to"`
	Certainty string   `json:"certainty"` // verified, inferred, unclear
	Source    string   `json:"source"`
	Note      string   `json:"note,omitempty"`
}

// ReceiverOn is the one rule in force that day for a family and a status of liberty. R. 425-13, R. 631-1, R. 731-1.
func ReceiverOn(family, liberty string, on Date) (Receiver, bool) {
	return find(tables.receivers, func(r Receiver) bool {
		return r.Family == family && slices.Contains(r.Liberty, liberty) && within(on, r.From, r.To)
	})
}
