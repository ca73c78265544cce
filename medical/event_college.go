package medical

// What happens in a college besides its answers and signatures.

type (
	// TourOuvert: the members answer again; the answers of the round before gave no opinion.
	TourOuvert struct {
		Composition int `json:"composition"`
		Round       int `json:"round"`
	}
	// SignatureRefusee: a member does not sign what was settled.
	SignatureRefusee struct {
		Composition int    `json:"composition"`
		Round       int    `json:"round"`
		ReasonCode  string `json:"reason_code,omitempty"`
	}
	// SignatureAnnulee: a signature counts no more. It is kept, with why.
	SignatureAnnulee struct {
		Composition int    `json:"composition"`
		Member      string `json:"member,omitempty"`
		ReasonCode  string `json:"reason_code,omitempty"`
	}
)

// Why a signature is void while its composition goes on.
const (
	VoidBodyChanged = "CORPS_MODIFIE" // what it covered is no longer what would leave
	VoidNewRound    = "NOUVEAU_TOUR"  // the answers that it covered are given again
)

func (TourOuvert) EventType() EventType       { return EvRoundOpened }
func (SignatureRefusee) EventType() EventType { return EvSignatureRefused }
func (SignatureAnnulee) EventType() EventType { return EvSignatureVoid }
