package identity

import (
	"net/http"

	"cloison/web"
)

// Routes are the addresses of signing in. They are public because they are how one stops being nobody; callback does
// the act session.open itself.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Path: "/login", Why: "begins a sign-in", Handler: s.login},
		{Method: http.MethodGet, Path: "/callback", Why: "ends a sign-in, by the act session.open", Handler: s.callback},
		{Method: http.MethodPost, Path: "/logout", Why: "ends a session", Handler: s.logout},
		{Method: http.MethodGet, Path: leavingPath, Why: "where a provider sends back who signed out there too", Handler: s.left},
		{Method: http.MethodGet, Path: "/step-up", Why: "begins a fresh authentication of the session it belongs to", Handler: s.beginStepUp},
		{Method: http.MethodPost, Path: "/step-up", Why: "ends it with a passkey, by the act step_up.approve", Handler: s.finishPasskey},
	}
}

// Ops are the operations of identity.
func (s *Service) Ops() []web.Operation {
	return append([]web.Operation{
		web.Op("me", http.MethodGet, "/me", "me.get", s.me),
	}, s.sessionOperations()...)
}
