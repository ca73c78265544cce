package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/coreos/go-oidc/v3/oidc"
)

// userinfo is what is read of a person's userinfo: names come from the directory, a role never comes from here.
type userinfo struct {
	Subject    string `json:"sub"`
	References struct {
		Practices []practice `json:"exercices"`
	} `json:"SubjectRefPro"`
}

// practice is one registered practice of a health professional.
type practice struct {
	Profession string `json:"codeProfession"`
	Category   string `json:"codeCategorieProfessionnelle"`
}

const (
	physicianCode = "10"
	// C: civil. Students and interns are registered under another category and hold code 10 too.
	civilCategory = "C"
)

// profession is physicianCode only for a physician who is no intern. For anyone else it is the code that the register
// holds, and empty rather than physicianCode.
func (u userinfo) profession() string {
	if slices.Contains(u.References.Practices, practice{physicianCode, civilCategory}) {
		return physicianCode
	}
	for _, p := range u.References.Practices {
		if p.Profession != physicianCode {
			return p.Profession
		}
	}
	return ""
}

// userinfo asks the issuer who the person is. Pro Santé Connect answers JSON over TLS, ProConnect a signed JWT: each
// must answer in its own form.
func (i *issuer) userinfo(ctx context.Context, provider *oidc.Provider, access string) (userinfo, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, provider.UserInfoEndpoint(), nil)
	if err != nil {
		return userinfo{}, fmt.Errorf("asking for userinfo: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+access)
	response, err := i.client.Do(request)
	if err != nil {
		return userinfo{}, outage("asking for userinfo", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return userinfo{}, outage("reading userinfo", err)
	}
	if response.StatusCode != http.StatusOK {
		return userinfo{}, notProven(sayNotProven, fmt.Errorf("asking for userinfo: the issuer answered %d", response.StatusCode))
	}
	known, err := i.readUserinfo(ctx, body)
	if err != nil {
		return userinfo{}, notProven(sayNotProven, fmt.Errorf("reading userinfo: %w", err))
	}
	return known, nil
}

func (i *issuer) readUserinfo(ctx context.Context, body []byte) (userinfo, error) {
	var known userinfo
	if i.Kind == PSC {
		if err := json.Unmarshal(body, &known); err != nil {
			return userinfo{}, errors.New("not the JSON expected")
		}
		return known, nil
	}
	// A signed answer names its issuer and audience (OpenID Connect Core 5.3.2); the moment is that of the call.
	verifier := oidc.NewVerifier(i.URL, i.keys, &oidc.Config{
		ClientID: i.ClientID, SupportedSigningAlgs: algorithms, SkipExpiryCheck: true,
	})
	token, err := verifier.Verify(i.context(ctx), string(body))
	if err != nil {
		return userinfo{}, err
	}
	if err := token.Claims(&known); err != nil {
		return userinfo{}, errors.New("not the claims expected")
	}
	return known, nil
}
