package portal

import (
	"bytes"
	"strings"

	"cloison/identity"
	"cloison/web/layout"

	"github.com/gofiber/fiber/v2"
)

// PasskeyPage asks for a passkey.
func (p *Portal) PasskeyPage(c *fiber.Ctx, asked identity.PasskeyPrompt) error {
	view := layout.PasskeyView{Shell: p.around(c), StepUp: asked.StepUp, Challenge: asked.Challenge, RPID: asked.RPID,
		Credentials: strings.Join(asked.Credentials, " "), Own: p.Passkeys}
	var page bytes.Buffer
	if err := layout.Render(&page, "passkey", view); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(page.Bytes())
}
