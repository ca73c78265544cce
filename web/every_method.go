package web

import (
	"slices"

	"cloison/act"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// AnswerEveryMethod has the application's own error handler answer a method that HTTP does not know. fiber would by itself, in its own words and
// without our headers, before any of our code (TestWhatNoRouteSawIsAnsweredAsTheRest). What is not served does not exist, whatever its method.
func AnswerEveryMethod(app *fiber.App) {
	route := app.Server().Handler
	app.Server().Handler = func(ctx *fasthttp.RequestCtx) {
		if slices.Contains(app.Config().RequestMethods, string(ctx.Method())) {
			route(ctx)
			return
		}
		c := app.AcquireCtx(ctx)
		defer app.ReleaseCtx(c)
		// Its body is not read, and must not be taken for the next request.
		ctx.SetConnectionClose()
		if err := app.ErrorHandler(c, act.NotFound()); err != nil {
			c.Status(fiber.StatusInternalServerError)
		}
	}
}

// knownMethod keeps what a client made up out of the journal.
func knownMethod(c *fiber.Ctx) string {
	if method := c.Method(); slices.Contains(c.App().Config().RequestMethods, method) {
		return method
	}
	return "unknown"
}
