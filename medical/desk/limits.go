package desk

import (
	"fmt"
	"strconv"
	"strings"

	"cloison/act"
	"cloison/medical"
)

// DocumentLimit bounds the documents of one kind, in the dossiers of one kind; an empty kind is any. The first limit that fits holds.
type DocumentLimit struct {
	DossierKind, DocumentKind string
	Bytes                     int64
	Pages                     int // as declared; 0 is no bound
}

// defaultLimit is where no configured limit fits. The transport itself carries 2 GiB.
var defaultLimit = DocumentLimit{Bytes: 50 << 20, Pages: 500}

// DocumentLimits are the configured ones, the most particular first.
type DocumentLimits []DocumentLimit

func (l DocumentLimits) of(dossierKind, documentKind string) DocumentLimit {
	for _, limit := range l {
		if (limit.DossierKind == "" || limit.DossierKind == dossierKind) && (limit.DocumentKind == "" || limit.DocumentKind == documentKind) {
			return limit
		}
	}
	return defaultLimit
}

// check refuses a document when it is announced: its content is then held to the size it declared.
func (l DocumentLimits) check(dossierKind string, in medical.DocumentInput) error {
	limit := l.of(dossierKind, in.Kind)
	if in.Size > limit.Bytes {
		return act.NewError(act.TooLarge, fmt.Sprintf("Une pièce de cette nature ne peut pas dépasser %s Mio. Séparez-la en plusieurs fichiers, puis recommencez.",
			mebibytes(limit.Bytes)))
	}
	if limit.Pages > 0 && in.Pages > limit.Pages {
		return act.NewError(act.TooLarge, fmt.Sprintf("Une pièce de cette nature ne peut pas dépasser %d pages. Séparez-la en plusieurs fichiers, puis recommencez.", limit.Pages))
	}
	return nil
}

// hint says beforehand how large a piece may be: the bound of most kinds, then that of each that has another.
func (l DocumentLimits) hint(dossierKind string, documentKinds []string) string {
	say := func(limit DocumentLimit) string {
		if limit.Pages == 0 {
			return mebibytes(limit.Bytes) + " Mio"
		}
		return fmt.Sprintf("%s Mio et %d pages", mebibytes(limit.Bytes), limit.Pages)
	}
	most := say(l.of(dossierKind, ""))
	words := "PDF, image ou texte ; " + most + " au plus"
	for _, kind := range documentKinds {
		if own := say(l.of(dossierKind, kind)); own != most {
			words += fmt.Sprintf(" (%s : %s)", documentWords[kind], own)
		}
	}
	return words
}

func mebibytes(n int64) string {
	return strings.Replace(strconv.FormatFloat(float64(n)/(1<<20), 'f', -1, 64), ".", ",", 1)
}
