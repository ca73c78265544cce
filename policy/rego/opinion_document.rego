# The sealed document of an opinion, and what became of a release whose seal does not verify.
package cloison

zones["opinion.document"] := {"server"}

conditions["opinion.document"] := conditions["opinion.get"]

zones["opinion.verify"] := {"server"}

conditions["opinion.verify"] := conditions["opinion.get"]

# Each zone sets such a release aside: the one that took no opinion from it, and the one that was told.
zones["release.quarantine"] := {"medical", "server"}

conditions["release.quarantine"] := relay_only
