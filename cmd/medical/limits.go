package main

import (
	"fmt"

	"cloison/medical/desk"
)

// documentLimit bounds the documents of one kind in the dossiers of one kind; a kind that is not given is any.
type documentLimit struct {
	DossierKind  string `toml:"dossier_kind"`
	DocumentKind string `toml:"document_kind"`
	MaxBytes     int64  `toml:"max_bytes"`
	MaxPages     int    `toml:"max_pages"` // as declared; 0 is no bound
}

// maxDocument is what the transport was shown to carry.
const maxDocument = 2 << 30

func checkLimits(limits []documentLimit) error {
	for i, l := range limits {
		if l.MaxBytes < 1 || l.MaxBytes > maxDocument || l.MaxPages < 0 {
			return fmt.Errorf("document_limit %d: max_bytes goes from 1 to %d, max_pages from 0", i+1, maxDocument)
		}
	}
	return nil
}

func (c configuration) documentLimits() desk.DocumentLimits {
	var limits desk.DocumentLimits
	for _, l := range c.DocumentLimits {
		limits = append(limits, desk.DocumentLimit{DossierKind: l.DossierKind, DocumentKind: l.DocumentKind, Bytes: l.MaxBytes, Pages: l.MaxPages})
	}
	return limits
}
