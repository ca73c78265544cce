# The partners around a case: a town hall by the link that it was given, a consular post for the cases that it was told of.
package cloison

# Whoever holds a link is a person with no account: the link is who he is. It opens its own case, and only while it is open.
default family_link_holder := false

family_link_holder if {
	person
	input.subject.role == "LIEN_MAIRIE"
	input.resource.kind == "family_link"
	input.resource.link == input.subject.id
}

default family_link_open := false

family_link_open if {
	family_link_holder
	input.resource.open
}

visible if family_link_holder

family_by_link := [
	["ROLE_NOT_ALLOWED", family_link_holder],
	["FAMILY_LINK_ENDED", family_link_open],
]

zones["family.link.read"] := {"server"}

conditions["family.link.read"] := family_by_link

zones["family.link.record"] := {"server"}

conditions["family.link.record"] := family_by_link

# An agent of a consular post: the posts of his competence stand in the directory as directions do.
default family_consulate := false

family_consulate if {
	person
	input.subject.role == "AGENT_MISSION"
	input.subject.mission == "POSTE_CONSULAIRE"
}

on_administrative_portal if family_consulate

default family_post := false

family_post if {
	family_consulate
	input.resource.kind == "family_case"
	input.resource.post != ""
	input.resource.post in input.subject.directions
}

visible if family_post

zones["family.post.list"] := {"server"}

# The store narrows the list to the agent's posts.
conditions["family.post.list"] := [["ROLE_NOT_ALLOWED", family_consulate]]

family_by_post := [
	["ROLE_NOT_ALLOWED", family_consulate],
	["FAMILY_OTHER_POST", family_post],
]

zones["family.post.get"] := {"server"}

conditions["family.post.get"] := family_by_post

zones["family.visa.record"] := {"server"}

conditions["family.visa.record"] := family_by_post
