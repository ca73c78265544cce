# Acts on the documents of a dossier: what enters it, who reads it, who sets it aside.
package cloison

zones["document.list"] := {"medical"}

# Labels and file names are medical content.
conditions["document.list"] := open_medical

zones["document.read"] := {"medical"}

conditions["document.read"] := array.concat(open_medical, standing_document)

# What no process saw whole is inspected by the physician who opens it first.
zones["document.inspect"] := {"medical"}

conditions["document.inspect"] := array.concat(open_medical, standing_document)

standing_document := [
	["DOCUMENT_OTHER_PERSON", not_of_another_person],
	["DOCUMENT_EXCLUDED", not_excluded],
]

# An act that names no document, or one that was not loaded, is held by no condition of a document: it is refused.
default not_of_another_person := false

not_of_another_person if input.resource.document.excluded != "DOCUMENT_OTHER_PERSON"

default not_excluded := false

not_excluded if input.resource.document.excluded == ""

zones["document.create"] := {"medical"}

conditions["document.create"] := add_document

zones["document.upload"] := {"medical"}

conditions["document.upload"] := array.concat(add_document, [["DOCUMENT_EXCLUDED", not_excluded]])

# The secretariat writes what it may not read back; a physician in charge may add a piece too.
add_document := array.concat(physician_or_secretary_first, [
	["CASE_CLOSED", not_closed],
	["NOT_ASSIGNED", in_charge_if_physician],
])

zones["upload.get"] := {"medical"}

conditions["upload.get"] := array.concat(physician_or_secretary_first, [["NOT_ASSIGNED", in_charge_if_physician]])

zones["document.withdraw"] := {"medical"}

# The secretariat takes its own piece back until a physician has opened it; from then on it is for the physicians in charge.
conditions["document.withdraw"] := array.concat(physician_or_secretary_first, [
	["CASE_CLOSED", not_closed],
	["NOT_ASSIGNED", in_charge_if_physician],
	["DOCUMENT_NOT_YOURS", own_document_if_secretary],
	["DOCUMENT_OPENED", unopened_if_secretary],
	["DOCUMENT_EXCLUDED", not_excluded],
])

default own_document_if_secretary := false

own_document_if_secretary if input.resource.document.author == input.subject.id

own_document_if_secretary if physician

default unopened_if_secretary := false

unopened_if_secretary if input.resource.document.opened == false

unopened_if_secretary if physician
