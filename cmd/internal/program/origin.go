package program

// Origin is the name of a zone's log: what is configured, or else one made of the environment and the zone. keyholder signs under the same name.
func Origin(configured, environment, zone string) string {
	if configured != "" {
		return originPrefix + configured
	}
	return originPrefix + "cloison." + environment + "." + zone
}
