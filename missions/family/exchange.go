package family

import (
	"slices"

	"cloison/missions"
)

// Partner is whom OFII exchanges with about a case.
type Partner string

const (
	TownHall    Partner = "MAIRIE"
	Prefect     Partner = "PREFECTURE"
	Post        Partner = "CONSULAT"
	Labour      Partner = "DREETS"
	Integration Partner = "INTEGRATION"
	Visitors    Partner = "SERVICE_MEDICAL"
)

// Partners are all of them, in the order in which the procedure meets them.
func Partners() []Partner { return []Partner{TownHall, Prefect, Post, Labour, Visitors, Integration} }

// Exchange is one thing that went to a partner or came from it.
type Exchange struct {
	Partner Partner       `json:"partner"`
	Sent    bool          `json:"sent"` // by OFII; otherwise it came
	On      missions.Date `json:"on"`
	Type    string        `json:"type"` // of the event that it is
}

// exchanged says with whom an event of a type is exchanged, and which way. An attestation is told to the prefect at once (R. 434-7).
var exchanged = map[string]struct {
	partner Partner
	sent    bool
}{
	Completed{}.Type(): {Prefect, true}, ConsulateTold{}.Type(): {Post, true}, SentToMayor{}.Type(): {TownHall, true}, ReachedMayor{}.Type(): {TownHall, false},
	MayorOpinion{}.Type(): {TownHall, false}, PrinciplesGiven{}.Type(): {TownHall, false}, LabourEnquiry{}.Type(): {Labour, true}, Proposed{}.Type(): {Prefect, true},
	PrinciplesAsked{}.Type(): {Prefect, false}, TitleChecked{}.Type(): {Prefect, false}, Decided{}.Type(): {Prefect, false}, NewVisaAgreed{}.Type(): {Prefect, false},
	VisaAsked{}.Type(): {Post, false}, VisaIssued{}.Type(): {Post, false}, VisaRefused{}.Type(): {Post, false}, HandedOver{}.Type(): {Integration, true},
	CertificateIssued{}.Type(): {Visitors, false},
}

// TypesWith are the types of events that are exchanges with a partner, in order; sent says of each which way it goes.
func TypesWith(partner Partner) (types []string, sent map[string]bool) {
	sent = map[string]bool{}
	for code, with := range exchanged {
		if with.partner == partner {
			types, sent[code] = append(types, code), with.sent
		}
	}
	slices.Sort(types)
	return types, sent
}

// Exchanges is the log of what went between OFII and its partners about a case, in order.
func Exchanges(events []Event) []Exchange {
	log := []Exchange{}
	for _, e := range events {
		if with, ok := exchanged[e.Data.Type()]; ok {
			log = append(log, Exchange{with.partner, with.sent, e.On, e.Data.Type()})
		}
	}
	return log
}
