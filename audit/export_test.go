package audit

// Statement is what the first page of a search asks, for tests that look at its plan.
func (s Search) Statement() (sql string, args []any) {
	n := s.conditions()
	return s.statement(n), n.args
}
