package identity

import (
	"context"
	"fmt"
	"time"

	"cloison/act"
	"cloison/web"
)

// Me is what a person sees of himself.
type Me struct {
	Login       string     `json:"login"`
	Subject     string     `json:"subject"` // the reference that entries speak of him by
	Name        string     `json:"name"`
	Profession  string     `json:"profession"`
	Role        string     `json:"role"`
	Roles       []string   `json:"roles"`
	Scope       Scope      `json:"scope"`
	StepUpUntil *time.Time `json:"step_up_until"` // when the last approval that waits for its act lapses
	Budgets     []Budget   `json:"budgets"`
}

// Scope is where the role is held.
type Scope struct {
	Directions []string `json:"directions"`
	Prefecture string   `json:"prefecture"`
	Mission    string   `json:"mission"`
}

// Budget is how many distinct dossiers are open, of how many. The zone's day is everybody's together.
type Budget struct {
	Compartment string `json:"compartment"` // civil or medical
	Period      string `json:"period"`      // hour, day or zone_day
	Limit       int    `json:"limit"`
	Used        int    `json:"used"`
	Near        bool   `json:"near"` // 80 % used
}

func (s *Service) me(c *web.Call, _ web.None) (web.Reply[Me], error) {
	self := Me{
		Login: c.Who.Login, Subject: c.Who.Reference, Name: c.Who.Name, Profession: c.Who.Profession,
		Role: c.Who.Role, Roles: []string{c.Who.Role}, Budgets: []Budget{},
		Scope: Scope{Directions: append([]string{}, c.Who.Directions...), Prefecture: c.Who.Prefecture, Mission: c.Who.Mission},
	}
	_, err := s.Gate.Do(c.Context(), c.Who, c.Act(act.Object{}), func(ctx context.Context, tx *act.Tx) (err error) {
		self.StepUpUntil, err = s.stepUpUntil(ctx, tx, c.Who)
		return err
	})
	if err != nil {
		return web.Reply[Me]{}, err
	}
	if s.Budgets != nil {
		if self.Budgets, err = s.Budgets(c.Context(), c.Who); err != nil {
			return web.Reply[Me]{}, fmt.Errorf("reading budgets: %w", err)
		}
	}
	return web.OK(self), nil
}
