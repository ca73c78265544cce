package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/gofiber/fiber/v2"

	"cloison/web"
	"cloison/web/viewer"
)

// documents is the viewer's listener: its own, so that it is an origin of its own. Nil where the configuration has none.
type documents struct {
	app      *fiber.App
	listener net.Listener
}

func (c configuration) listenViewer(read files) (*documents, error) {
	if c.DocumentsURL == "" {
		return nil, nil
	}
	app, err := viewer.New(viewer.Options{URL: c.DocumentsURL, Portal: c.PublicURL})
	if err != nil {
		return nil, err
	}
	listener, err := web.Listen(c.DocumentsListen, read.portal)
	if err != nil {
		return nil, err
	}
	return &documents{app, listener}, nil
}

// serve says on ended when it no longer listens: without it the program is not whole.
func (d *documents) serve(ended chan<- error) {
	if d != nil {
		go func() { ended <- d.app.Listener(d.listener) }()
	}
}

func (d *documents) stop() error {
	if d == nil {
		return nil
	}
	if err := d.app.ShutdownWithTimeout(stopTime); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stopping the viewer: %w", err)
	}
	return nil
}
