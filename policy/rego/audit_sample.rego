# Accesses drawn at random: auditors draw and follow them, and whoever opened says why, of his own alone (the store narrows).
package cloison

zones["sample.list"] := {"medical", "server"}

conditions["sample.list"] := [["ROLE_NOT_ALLOWED", auditor]]

zones["sample.draw"] := {"medical", "server"}

conditions["sample.draw"] := [["ROLE_NOT_ALLOWED", auditor]]

zones["access.own"] := {"medical", "server"}

conditions["access.own"] := [["ROLE_NOT_ALLOWED", person]]

zones["access.justify"] := {"medical", "server"}

conditions["access.justify"] := [["ROLE_NOT_ALLOWED", person]]
