package play

import "time"

// What each operation of a dossier takes, for stories that call operations one by one. Every call answers an object of its own, which the
// caller may change.

// ReferralBody is the body of createReferral at that time.
func (c *Case) ReferralBody(at time.Time) map[string]any { return createReferral(c, at) }

// CertificateBody is the body of receiveCertificate.
func (c *Case) CertificateBody() map[string]any { return receiveCertificate(c.Certificate) }

// ReportBody is the body of saveReport.
func (c *Case) ReportBody() map[string]any { return saveReport(c.Report) }

// CollegeBody is the body of composeCollege for the event that designates the college.
func (e Event) CollegeBody() map[string]any { return composeCollege(e.Data) }

// SourceBody is the body of citeLibrary for one of Work.CountrySources.
func SourceBody(source map[string]any) map[string]any {
	return keep(source, "source", "title", "version", "consulted_on")
}

// AnswersBody is the body of giveAnswers for one set of Work.Answers.
func AnswersBody(set map[string]any) map[string]any { return giveAnswers(set) }

// SettlementBody is the body of settleOpinion for one of Work.Syntheses.
func SettlementBody(synthesis map[string]any) map[string]any { return settleOpinion(synthesis) }

// Body is the body of createDocument.
func (d Document) Body() map[string]any { return createDocument(d.raw) }

// Content reads the file of a document.
func (c *Case) Content(d Document) ([]byte, error) { return c.content(d) }

// Find answers a person by id.
func (p *People) Find(id string) (Person, bool) { return p.find(id) }
