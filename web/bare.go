package web

// Bare are the operations without their pages and forms, for a listener that programs alone reach.
func Bare(ops []Operation) []Operation {
	bare := make([]Operation, 0, len(ops))
	for _, op := range ops {
		op.page, op.forms = nil, nil
		bare = append(bare, op)
	}
	return bare
}
