package release

// Receipt is the administrative zone's answer to a release. Quarantined: the number is taken and its release set aside, because the seal
// does not verify over the document rendered there; the flow goes on, and the same bytes may be offered again once the cause is mended.
type Receipt struct {
	Seq         int64 `json:"seq"`
	Quarantined bool  `json:"quarantined"`
}

// Validate holds the closed rules of a receipt.
func (r Receipt) Validate() error {
	if r.Seq < 1 {
		return invalid("seq")
	}
	return nil
}
