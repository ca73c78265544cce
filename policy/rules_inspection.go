package policy

// What the inspection of a piece found (package medical/inspect). A piece is refused at upload for one of these, or shown without it.
const hostile = "invariant 9 ; corpus d’envois hostiles"

var inspectionRules = []RuleInfo{
	{"MALWARE_SIGNATURE", Invalid, "Ce fichier porte la signature d’un programme malveillant. Ne l’ouvrez pas, prévenez le service informatique, et demandez la pièce sous une autre forme.", hostile},
	{"EXECUTABLE_CONTENT", Invalid, "Ce fichier est un programme, ou en contient un. Demandez la pièce en PDF ou en image.", hostile},
	{"MACRO", Invalid, "Ce document contient des macros. Enregistrez-le en PDF, puis envoyez ce PDF.", hostile},
	{"ACTIVE_CONTENT", Invalid, "Ce fichier contient un script ou une action que l’on ne peut pas en retirer. Imprimez-le en PDF, puis envoyez ce PDF.", hostile},
	{"ENTITY_EXPANSION", Invalid, "Ce document contient des définitions qui grossissent sans fin quand on l’ouvre. Enregistrez-le en PDF, puis envoyez ce PDF.", hostile},
	{"DECOMPRESSION_BOMB", Invalid, "Ce fichier devient démesuré une fois décompressé. Numérisez la pièce de nouveau, puis envoyez le nouveau fichier.", hostile},
	{"EXTERNAL_REFERENCE", Invalid, "Ce fichier va chercher une partie de son contenu ailleurs. Imprimez-le en PDF, puis envoyez ce PDF.", hostile},
	{"EMBEDDED_FILE", Invalid, "Ce document en contient un autre. Envoyez chaque fichier comme une pièce, en PDF ou en image.", hostile},
	{"PATH_TRAVERSAL", Invalid, "Ce document range ses parties hors de lui-même. Enregistrez-le en PDF, puis envoyez ce PDF.", hostile},
	{"DUPLICATE_PART", Invalid, "Ce document contient deux fois la même partie. Enregistrez-le en PDF, puis envoyez ce PDF.", hostile},
	{"OVERLAPPING_ENTRIES", Invalid, "Les parties de ce document se recouvrent. Enregistrez-le en PDF, puis envoyez ce PDF.", hostile},
	{"POLYGLOT", Invalid, "Ce fichier se lit sous plusieurs formats à la fois. Numérisez la pièce de nouveau, puis envoyez le nouveau fichier.", hostile},
	{"ENCRYPTED", Invalid, "Ce fichier demande un mot de passe. Demandez à l’auteur un document sans mot de passe, puis envoyez-le.", hostile},
	{"TOO_MANY_PAGES", Invalid, "Ce document a plus de 500 pages. Séparez-le en plusieurs fichiers, puis recommencez.", hostile},
	{"DIMENSIONS_TOO_LARGE", Invalid, "Les dimensions de ce fichier dépassent ce qui peut être contrôlé et affiché. Numérisez la pièce avec une résolution plus faible, ou séparez-la.", hostile},
	{"TYPE_MISMATCH", Unsupported, "Le contenu de ce fichier n’est pas du type annoncé. Vérifiez que c’est le bon fichier, puis envoyez-le sous son vrai type.", hostile},
	{"TYPE_NOT_ALLOWED", Unsupported, "Ce type de fichier n’est pas admis. Envoyez la pièce en PDF, JPEG, PNG, TIFF, WebP, HEIC, DICOM ou DOCX.", hostile},
	{"ARCHIVE_NOT_ALLOWED", Unsupported, "Les archives ne sont pas admises. Envoyez chaque fichier qu’elle contient comme une pièce.", hostile},
	{"EMPTY_FILE", Invalid, "Ce fichier est vide. Vérifiez-le sur votre poste, puis envoyez-le de nouveau.", hostile},
	{"UNRECOGNISED", Unsupported, "Le type de ce fichier n’est pas reconnu. Envoyez la pièce en PDF, JPEG, PNG, TIFF, WebP, HEIC, DICOM ou DOCX.", hostile},
	{"TRUNCATED", Invalid, "Ce fichier est incomplet : sa fin manque. Vérifiez-le sur votre poste, puis envoyez-le de nouveau.", hostile},
	{"CORRUPT", Invalid, "Ce fichier est abîmé et ne peut pas être lu. Numérisez la pièce de nouveau, puis envoyez le nouveau fichier.", hostile},
	{"REPAIRED", Invalid, "La structure de ce fichier est fausse et ne peut pas être réparée sûrement. Imprimez-le en PDF, puis envoyez ce PDF.", hostile},
	{"HIDDEN_REVISION", Invalid, "Ce fichier garde une version antérieure de son contenu qui ne peut pas en être retirée. Imprimez-le en PDF, puis envoyez ce PDF.", hostile},
	{"TRAILING_DATA", Invalid, "Des données suivent la fin de ce fichier et ne peuvent pas en être retirées. Numérisez la pièce de nouveau, puis recommencez.", hostile},
	{"PERMISSIONS_IGNORED", Invalid, "Ce fichier restreint ce qui peut en être fait, et ne peut pas être montré sans cela. Demandez à l’auteur un document sans restriction.", hostile},
	{"METADATA_STRIPPED", Invalid, "Ce fichier porte des informations sur sa fabrication qui ne peuvent pas en être retirées. Numérisez la pièce de nouveau, puis recommencez.", hostile},
	{"NAME_NEUTRALISED", Invalid, "Le nom de ce fichier ne peut pas être montré tel quel. Renommez le fichier, puis recommencez.", hostile},
	{"NAME_REFUSED", Invalid, "Le nom de ce fichier ne peut pas être montré. Renommez le fichier, puis recommencez.", hostile},
}
