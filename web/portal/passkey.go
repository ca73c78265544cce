package portal

import (
	"bytes"
	"strings"

	"cloison/identity"
	"cloison/web/layout"

	"github.com/gofiber/fiber/v2"
)

// PasskeyPage asks for a passkey. It says for what, on what, and as whom, as the page before it does.
func (p *Portal) PasskeyPage(c *fiber.Ctx, asked identity.PasskeyPrompt) error {
	view := layout.PasskeyView{Shell: p.shellOf(c, asked.By), What: signed[asked.Act], Back: layout.Action{Label: "Renoncer", Href: "/"},
		StepUp: asked.StepUp, Challenge: asked.Challenge, RPID: asked.RPID, Credentials: strings.Join(asked.Credentials, " "), Own: p.Passkeys}
	if asked.Dossier != identity.NoDossier {
		view.Of, view.Back.Href = asked.Dossier[:8], "/dossiers/"+asked.Dossier
	}
	var page bytes.Buffer
	if err := layout.Render(&page, "passkey", view); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(page.Bytes())
}
