package desk

import "cloison/web"

func (k *Desk) documentOperations() []web.Operation {
	return []web.Operation{
		web.Op("createDocument", "POST", "/dossiers/:dossier/documents", "document.create", k.createDocument, k.documentForm()),
		web.Op("listDocuments", "GET", "/dossiers/:dossier/documents", "document.list", k.listDocuments, k.readingForm()),
		web.Op("getUpload", "GET", "/dossiers/:dossier/documents/:document/upload", "upload.get", k.getUpload),
		web.Op("uploadDocument", "PUT", "/dossiers/:dossier/documents/:document/content", "document.upload", k.uploadDocument,
			web.Streamed("application/octet-stream")),
		web.Op("getDocumentContent", "GET", "/dossiers/:dossier/documents/:document/content", "document.read", k.getDocumentContent),
		web.Op("getDocumentRendition", "GET", "/dossiers/:dossier/documents/:document/rendition", "document.read", k.getDocumentRendition,
			web.Gives("application/pdf", "image/png", "image/jpeg", "text/plain; charset=utf-8")),
		web.Op("withdrawDocument", "POST", "/dossiers/:dossier/documents/:document/withdrawal", "document.withdraw", k.withdrawDocument,
			web.Status(200)),
	}
}

// placeOperations put a piece where it belongs.
func (k *Desk) placeOperations() []web.Operation {
	return []web.Operation{
		web.Op("moveDocument", "POST", "/dossiers/:dossier/documents/:document/move", "document.move", k.moveDocument, k.moveForm(), web.Status(200)),
		web.Op("splitDocument", "POST", "/dossiers/:dossier/documents/:document/split", "document.split", k.splitDocument, k.splitForm(), web.Status(200)),
	}
}
