package web

import "github.com/gofiber/fiber/v2"

// NoSinks forbids a page's script to write markup or code from text, and to allow itself to (Trusted Types): for the pages whose script holds what
// confirms an act (TestAnOpinionIsSignedWithAPasskey).
func NoSinks(c *fiber.Ctx) {
	c.Set(fiber.HeaderContentSecurityPolicy, policyOfContent+"; require-trusted-types-for 'script'; trusted-types 'none'")
}
