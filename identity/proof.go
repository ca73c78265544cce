package identity

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"cloison/internal/secret"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// proof is what an issuer proved of one person, now.
type proof struct {
	issuer     IssuerKind
	subject    string
	profession string // code of the profession; "" where the issuer proves none, or an intern
	authTime   time.Time
	token      secret.String // the ID token, for keyholder
}

func hidden(text string) secret.String { return secret.NewString(text) }

// claims of an ID token that go-oidc leaves to us.
type claims struct {
	Nonce    string      `json:"nonce"`
	Party    string      `json:"azp"`
	AuthTime json.Number `json:"auth_time"`
	Level    string      `json:"acr"`
	Factors  []string    `json:"amr"`
}

// prove exchanges a code and checks token and userinfo. Every failure is Unauthenticated, or Unavailable when the issuer
// does not answer.
func (i *issuer) prove(ctx context.Context, code string, p pending) (proof, error) {
	provider, err := i.discover(ctx)
	if err != nil {
		return proof{}, err
	}
	answer, err := i.oauth(provider).Exchange(i.context(ctx), code, oauth2.VerifierOption(p.verifier))
	if err != nil {
		return proof{}, exchangeError(err)
	}
	raw, _ := answer.Extra("id_token").(string)
	token, said, err := i.verify(ctx, raw, p.nonce)
	if err != nil {
		return proof{}, notProven(sayNotProven, fmt.Errorf("checking an ID token: %w", err))
	}
	if err := i.strongEnough(said); err != nil {
		return proof{}, notProven(saySecondFactor, fmt.Errorf("checking an ID token: %w", err))
	}
	known, err := i.userinfo(ctx, provider, answer.AccessToken)
	if err != nil {
		return proof{}, err
	}
	if known.Subject != token.Subject {
		// OpenID Connect Core 5.3.2: userinfo of another subject must not be used.
		return proof{}, notProven(sayNotProven, errors.New("the userinfo speaks of another subject"))
	}
	// Absent or unreadable is zero, which is never fresh: only a step-up asks.
	at, _ := said.AuthTime.Int64()
	return proof{
		issuer: i.Kind, subject: token.Subject, profession: i.profession(known), authTime: time.Unix(at, 0), token: hidden(raw),
	}, nil
}

// exchangeError keeps what the issuer wrote out of the journal, except its error code.
func exchangeError(err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		if refused.Response != nil && refused.Response.StatusCode >= 500 {
			return outage("exchanging a code", fmt.Errorf("the issuer answered %d", refused.Response.StatusCode))
		}
		return notProven(sayNotProven, fmt.Errorf("exchanging a code: the issuer answered %q", refused.ErrorCode))
	}
	return outage("exchanging a code", err)
}

// verify checks signature, issuer, audience, time (the clock of acts), nonce and authorized party. go-oidc checks the
// first four; the nonce is ours to compare.
func (i *issuer) verify(ctx context.Context, raw, nonce string) (*oidc.IDToken, claims, error) {
	verifier := oidc.NewVerifier(i.URL, i.keys, &oidc.Config{ClientID: i.ClientID, SupportedSigningAlgs: algorithms, Now: i.now})
	token, err := verifier.Verify(i.context(ctx), raw)
	if err != nil {
		return nil, claims{}, err
	}
	var said claims
	if err := token.Claims(&said); err != nil {
		return nil, claims{}, err
	}
	switch {
	case token.Subject == "":
		return nil, claims{}, errors.New("no subject")
	case nonce == "" || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1:
		return nil, claims{}, errors.New("the nonce is not the one sent")
	case said.Party != "" && said.Party != i.ClientID, said.Party == "" && len(token.Audience) > 1:
		return nil, claims{}, errors.New("issued to another party")
	case token.IssuedAt.After(i.now().Add(time.Minute)):
		return nil, claims{}, errors.New("issued in the future")
	}
	return token, said, nil
}

// strongEnough compares what the token says of the authentication with what this issuer must prove: asking for a level is no proof of it
// (TestWeakAuthentication).
func (i *issuer) strongEnough(said claims) error {
	if len(i.ACR) > 0 && !slices.Contains(i.ACR, said.Level) {
		return errors.New("its acr is not one that is accepted")
	}
	for _, factor := range i.AMR {
		if !slices.Contains(said.Factors, factor) {
			return fmt.Errorf("its amr lacks %s", factor)
		}
	}
	return nil
}

// profession is what Pro Santé Connect proves; an issuer that keeps no register of physicians proves none, whatever it says
// (TestASignedUserinfoIsHeldToItsWord).
func (i *issuer) profession(known userinfo) string {
	if i.Kind != PSC {
		return ""
	}
	return known.profession()
}
