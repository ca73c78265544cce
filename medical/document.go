package medical

import (
	"fmt"
	"log/slog"
)

// DocumentInput announces a document before its bytes: the input of createDocument. Its label and its name often tell the illness, so they
// are sealed with the content.
type DocumentInput struct {
	Kind         string  `json:"kind" validate:"required,oneof=CERTIFICAT ANALYSE COMPTE_RENDU EXAMEN IMAGERIE DOSSIER IDENTITE DIVERS"`
	Medical      bool    `json:"medical"`
	Label        string  `json:"label" validate:"required,max=500"`
	DeclaredName string  `json:"declared_name" validate:"max=1024"`
	MediaType    string  `json:"media_type" validate:"required,max=200"`
	SHA256       *string `json:"sha256" validate:"omitnil,len=64,hexadecimal"`
	Size         int64   `json:"size" validate:"min=0"`
	Pages        int     `json:"pages" validate:"min=0,max=100000"`
	ReceivedOn   Date    `json:"received_on"`
	Stage        string  `json:"stage" validate:"required,oneof=CERTIFICAT RAPPORT AVIS"`
	UploadedBy   *string `json:"uploaded_by" validate:"omitnil,max=32"`
}

func (DocumentInput) Format(f fmt.State, _ rune) { redact(f) }
func (DocumentInput) LogValue() slog.Value       { return slog.StringValue(redacted) }

// SplitInput says where a piece is two, and how each is called: the input of splitDocument. A label can tell the illness.
type SplitInput struct {
	After  int    `json:"after" validate:"required,min=1,max=499"` // the last page of the first piece
	First  string `json:"first_label" validate:"max=500"`          // empty: that of the whole
	Second string `json:"second_label" validate:"max=500"`
}

func (SplitInput) Format(f fmt.State, _ rune) { redact(f) }
func (SplitInput) LogValue() slog.Value       { return slog.StringValue(redacted) }
