package medical

// NoticeDue is a notice that an event causes, for one referral: closed codes and dates (docs/procedure.md). Optional ones may be sent or not; this
// program sends them.
type NoticeDue struct {
	Code       string       `json:"code"`
	Referral   string       `json:"referral"`
	Prefecture string       `json:"prefecture"`
	On         Date         `json:"on"`
	Optional   bool         `json:"optional"`
	Fields     NoticeFields `json:"fields"`
}

// NoticeFields are closed by code; an empty field is absent.
type NoticeFields struct {
	TechnicalCode  string `json:"technical_code,omitempty"`
	ReceivedOn     *Date  `json:"received_on,omitempty"`
	DueOn          *Date  `json:"due_on,omitempty"`
	TransmittedOn  *Date  `json:"transmitted_on,omitempty"`
	ConvocationOn  *Date  `json:"convocation_on,omitempty"`
	OpinionVersion int    `json:"opinion_version,omitempty"`
	OpinionOn      *Date  `json:"opinion_on,omitempty"`
	ClosureCode    string `json:"closure_code,omitempty"`
}

// Notices lists what an event tells the prefectures: one notice per open referral. N6 is the opinion itself.
func Notices(c Case, e Event) []NoticeDue {
	code, fields, only := c.notice(e)
	if code == "" {
		return nil
	}
	var list []NoticeDue
	for _, r := range c.Referrals {
		if only != "" && only != r.ID {
			continue
		}
		if x := c.dropped(r.ID); x != nil && e.Seq > x.Seq {
			continue // nothing more about a referral that was closed
		}
		if x := c.dropped(r.ID); e.Type == EvDropped && (x == nil || x.Seq != e.Seq) {
			continue // closed by another event
		}
		list = append(list, NoticeDue{
			Code: code, Referral: r.ID, Prefecture: c.prefectureOf(r, e.At), On: c.day(e.At),
			Optional: code == "N1" && c.Stay() && !c.Renewal, Fields: fields,
		})
	}
	return list
}

// notice is the code and the fields that an event causes, and the one referral it is about, if not all.
func (c Case) notice(e Event) (code string, fields NoticeFields, only string) {
	on := c.day(e.At)
	switch d := e.Data.(type) {
	case SaisineRecue:
		return "N0", NoticeFields{TechnicalCode: "ACCEPTEE"}, ""
	case AgdrefCorrige:
		return "N0", NoticeFields{TechnicalCode: "CORRECTION_AGDREF"}, d.Referral
	case CertificatRecu:
		if d.Accepted {
			return "N1", NoticeFields{ReceivedOn: &on}, ""
		}
	case ConstatNonReception:
		return "N2", NoticeFields{DueOn: &d.DueOn}, ""
	case RapportTransmis:
		return "N3", NoticeFields{TransmittedOn: &on}, ""
	case DefautConstate:
		code, fields = c.defaultNotice(e, d)
		return code, fields, ""
	case AvisTransmis:
		return "N6", NoticeFields{OpinionVersion: d.Version, OpinionOn: c.issuedOn(d.Version)}, ""
	case AvisRetire:
		return "N7", NoticeFields{ClosureCode: d.ReasonCode}, ""
	case ClotureSansAvis:
		return "N7", NoticeFields{ClosureCode: d.ReasonCode}, d.Referral
	}
	return "", NoticeFields{}, ""
}

// defaultNotice: a default of the applicant at the stage of the report, in a residence permit procedure only; at the stage of the opinion it
// stands in the opinion. Invariant 9.
func (c Case) defaultNotice(e Event, d DefautConstate) (string, NoticeFields) {
	if !c.Stay() || e.Stage != StageReport || d.Cause != "DEFAUT_DEMANDEUR" {
		return "", NoticeFields{}
	}
	for _, asked := range c.Events {
		switch q := asked.Data.(type) {
		case ConvocationEnvoyee:
			if d.Defaut == "DEMANDEUR_ABSENT" && q.Ref == d.Ref {
				on := c.day(q.AppointmentAt)
				return "N4", NoticeFields{ConvocationOn: &on}
			}
		case ExamensDemandes:
			if d.Defaut == "EXAMENS_NON_PRODUITS" && q.Ref == d.Ref {
				return "N5", NoticeFields{DueOn: &q.DueOn}
			}
		}
	}
	return "", NoticeFields{}
}

// issuedOn is the date of an opinion by its version; nil when it was not issued.
func (c Case) issuedOn(version int) *Date {
	for _, e := range c.Events {
		if d, ok := e.Data.(AvisEmis); ok && d.Version == version {
			on := c.day(e.At)
			return &on
		}
	}
	return nil
}
