package cloison

# The relay alone tells the administrative zone that a dossier was destroyed.
zones["shredding.receive"] := {"server"}

conditions["shredding.receive"] := relay_only
