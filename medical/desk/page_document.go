package desk

import (
	"strconv"

	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

// documentForm is the page face of createDocument and uploadDocument together: a piece, with its file. A cut loses the file alone; a large
// one goes by the interface, which resumes.
func (k *Desk) documentForm() web.Option {
	return web.Form("/dossiers/:dossier/pieces", web.Face[createDocumentInput, Begun]{
		Template: "form", View: k.documentPage, Fill: fillDocument, Take: k.takeDocument, Said: "document_added",
		Done: func(_ *web.Call, in createDocumentInput, _ Begun) string { return dossierPath(in.Dossier) },
	})
}

// fillDocument gives what the file itself says.
func fillDocument(_ *web.Call, typed *web.Typed) {
	typed.Set("medical", strconv.FormatBool(typed.Text("kind") != "IDENTITE"))
	typed.Set("media_type", "application/octet-stream")
	if typed.Text("label") == "" {
		typed.Set("label", documentWords[typed.Text("kind")])
	}
	if file := typed.File; file != nil {
		typed.Set("declared_name", file.Name)
		typed.Set("size", strconv.FormatInt(file.Size, 10))
		if file.MediaType != "" {
			typed.Set("media_type", file.MediaType)
		}
	}
}

// takeDocument is uploadDocument, of the whole content at once.
func (k *Desk) takeDocument(c *web.Call, in createDocumentInput, begun Begun, file *web.File) error {
	_, err := k.uploadDocument(c.With("uploadDocument", "document.upload", file), uploadDocumentInput{Dossier: in.Dossier, Document: begun.ID, Complete: true})
	return err
}

func (k *Desk) documentPage(c *web.Call, in createDocumentInput, typed web.Typed) (any, error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(dossierPath(d.ID)+"/pieces", typed.Key, typed, map[string]string{"received_on": k.today(d).String()})
	page := k.formOn(c, d, f, "Ajouter une pièce")
	page.Lead = "Relisez le fichier avant de l’envoyer : une fois scellé, le secrétariat ne le lit plus. Il peut le retirer tant qu’aucun médecin ne l’a ouvert."
	page.Submit = "Sceller la pièce"
	codes := []string{"CERTIFICAT", "ANALYSE", "COMPTE_RENDU", "EXAMEN", "IMAGERIE", "DOSSIER", "IDENTITE", "DIVERS"}
	var kinds []layout.Option
	for _, code := range codes {
		kinds = append(kinds, layout.Option{Value: code, Label: documentWords[code]})
	}
	page.Parts = []layout.Part{{Fields: []layout.Field{
		f.Hidden("stage", stageOf(d)), f.Select("kind", "Nature", "", kinds...), f.Date("received_on", "Reçue le", ""),
		wide(notRequired(f.Text("label", "Intitulé", "Vide : la nature de la pièce. Scellé avec elle, il peut dire la maladie"))), notRequired(f.Number("pages", "Nombre de pages", "")),
		f.File("Fichier", k.Limits.hint(d.Case.Kind, codes)),
	}}}
	refuse(f, typed)
	return page, nil
}

// stageOf is the stage at which a piece comes in.
func stageOf(d store.Dossier) string {
	switch {
	case d.Policy.ReportTransmitted:
		return "AVIS"
	case d.Policy.Rapporteur != "":
		return "RAPPORT"
	}
	return "CERTIFICAT"
}
