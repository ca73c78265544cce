# A piece that stands in the wrong dossier, or that is two: moved or split by a physician who reads it, before the opinion, which then rests on what
# stands there. A move is decided twice: on the piece where it stands, and on the dossier that takes it.
package cloison

zones["document.move"] := {"medical"}

conditions["document.move"] := array.concat(before_opinion, standing_document)

zones["document.split"] := {"medical"}

conditions["document.split"] := array.concat(before_opinion, standing_document)

zones["document.take"] := {"medical"}

conditions["document.take"] := before_opinion

before_opinion := array.concat(physician_first, [
	["NOT_ASSIGNED", reads_medical],
	["CASE_CLOSED", not_closed],
	["AVIS_IMMUTABLE", not_issued],
])
