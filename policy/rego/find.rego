# Finding a dossier among those that the subject may list: by its names, or by what names the person.
package cloison

zones["dossier.search"] := {"medical"}

# The store narrows what is found as it narrows the list: a search finds nothing that the list would not show.
narrowed contains "dossier.search"

conditions["dossier.search"] := physician_or_secretary_first

zones["dossier.names"] := {"medical"}

narrowed contains "dossier.names"

# Names for a page of that list, in one opening of the civil compartments: who may list a dossier may open its names (dossier.open).
conditions["dossier.names"] := array.concat(physician_or_secretary_first, [["PURPOSE_REQUIRED", purpose_given]])
