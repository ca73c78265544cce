package desk

import (
	"encoding/base64"
	"fmt"
	"strings"

	"cloison/web"
	"cloison/web/layout"
)

// PasskeysPath is the page of a person's own passkeys.
const PasskeysPath = "/cles-d-acces"

// passkeysPage is the page face of listPasskeys.
func (k *Desk) passkeysPage(c *web.Call, own Passkeys) any {
	page := layout.PasskeysView{Shell: k.Shell(c), Asked: own.Asked, Back: layout.Action{Label: "Mon travail", Href: "/dossiers"}}
	var known []string
	for _, one := range own.Items {
		page.Items = append(page.Items, layout.PasskeyRow{Fingerprint: one.Fingerprint, ProposedAt: one.ProposedAt, Confirmed: one.Confirmed})
		known = append(known, base64.RawURLEncoding.EncodeToString(one.credential))
	}
	if r := own.Registration; r != nil {
		page.Make = &layout.PasskeyForm{Form: buttonOn(c, PasskeysPath), Challenge: r.Challenge, RPID: r.RPID, User: r.User, Name: c.Who.Login,
			Algorithms: strings.Trim(fmt.Sprint(r.Algorithms), "[]"), Known: strings.Join(known, " ")}
	}
	return page
}

// passkeyForm is the page face of proposePasskey: its button stands on the page of the list.
func (k *Desk) passkeyForm() web.Option {
	return web.Form(PasskeysPath, web.Face[proposePasskeyInput, Passkey]{Said: "passkey_proposed",
		Done: func(*web.Call, proposePasskeyInput, Passkey) string { return PasskeysPath }})
}
