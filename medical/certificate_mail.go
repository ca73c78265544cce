package medical

// MailInput is what registerMail takes: an envelope arrived. Its certificate is received, or set aside, afterwards; until then nobody is told.
type MailInput struct {
	Type     *string `json:"type" validate:"omitnil,eq=CERTIFICAT_RECU"`
	Accepted *bool   `json:"accepted" validate:"omitnil,eq=false"`
	SentOn   *Date   `json:"sent_on"`
}

// Mail makes the event of an envelope.
func (c Case) Mail(in MailInput, today Date) (EventData, error) {
	if in.SentOn != nil && in.SentOn.After(today) {
		return nil, FutureDate
	}
	return CertificatRecu{SentOn: in.SentOn}, nil
}

// RejectionInput is what rejectCertificate takes.
type RejectionInput struct {
	Type       *string `json:"type" validate:"omitnil,eq=CERTIFICAT_ECARTE"`
	ReasonCode string  `json:"reason_code" validate:"required,oneof=NON_SIGNE NON_DATE SANS_CACHET ILLISIBLE MODELE_NON_CONFORME AUTEUR_NON_COMPETENT CERT_AUTHOR_MISMATCH AUTRE_PERSONNE PLI_VIDE"`
}

// Reject sets aside the certificate of the last envelope. One that was received is not set aside: the procedure went on from it.
func (c Case) Reject(in RejectionInput) (EventData, error) {
	waiting := false
	for _, e := range c.Events {
		switch d := e.Data.(type) {
		case CertificatRecu:
			waiting = !d.Accepted
		case CertificatEcarte:
			waiting = false
		}
	}
	if !waiting {
		return nil, MailNotReceived
	}
	return CertificatEcarte{ReasonCode: in.ReasonCode}, nil
}

// CompletionInput is what requestCompletion takes: what is formally missing, by a code (T6). The law sets no term.
type CompletionInput struct {
	Type       *string `json:"type" validate:"omitnil,eq=COMPLETUDE_DEMANDEE"`
	Ref        *string `json:"ref" validate:"omitnil,max=32"`
	ReasonCode string  `json:"reason_code" validate:"required,oneof=NON_SIGNE NON_DATE SANS_CACHET ILLISIBLE MODELE_NON_CONFORME PAGES_MANQUANTES PIECES_MANQUANTES ACCORD_MANQUANT"`
}

// AskCompletion asks for what is missing in a certificate that has come, before a rapporteur is in charge of it.
func (c Case) AskCompletion(in CompletionInput) (EventData, error) {
	if c.first(EvCertificateReceived) == nil {
		return nil, MailNotReceived
	}
	ref, err := c.NewRef(EvCompletionAsked, value(in.Ref))
	if err != nil {
		return nil, err
	}
	return CompletudeDemandee{Ref: ref, ReasonCode: in.ReasonCode}, checkRef(EvCompletionAsked, ref)
}
