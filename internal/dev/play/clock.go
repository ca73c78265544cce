package play

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

var errClockPast = errors.New("l'horloge de l'environnement est déjà après le premier événement : relancez « cloison dev » sur un dossier neuf, avec --clock avant cette date")

// control is the test clock of the environment.
type control struct{ address string }

// barriers is how often set waits anew where something is still on its way: programs may be dying on purpose.
const barriers = 6

var errLeft = errors.New("moving the clock")

// set moves the clock, and returns once everything that follows from that time has happened in both zones. The same time again is the
// barrier after a write.
func (c control) set(ctx context.Context, t time.Time) error {
	for tried := 1; ; tried++ {
		if err := c.put(ctx, t); tried == barriers || !errors.Is(err, errLeft) {
			return err
		}
	}
}

func (c control) put(ctx context.Context, t time.Time) error {
	body, err := json.Marshal(map[string]string{"now": t.Format(time.RFC3339Nano)})
	if err != nil {
		return fmt.Errorf("writing a time: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, c.address+"/clock", bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("preparing a request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("aucune horloge d'essai ne répond : lancez « bin/cloison dev --clock … » : %w", err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	switch {
	case err != nil:
		return fmt.Errorf("reading the clock: %w", err)
	case resp.StatusCode == http.StatusConflict:
		return errClockPast
	case resp.StatusCode == http.StatusGatewayTimeout:
		return fmt.Errorf("%w: %d %s", errLeft, resp.StatusCode, answer)
	case resp.StatusCode != http.StatusOK:
		return fmt.Errorf("moving the clock: %d %s", resp.StatusCode, answer)
	}
	return nil
}
