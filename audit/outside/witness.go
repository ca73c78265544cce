package outside

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"cloison/audit"
)

// offer has the witness countersign the last head, unless it did.
func (a *Asked) offer(ctx context.Context) error {
	if a.Witness == nil {
		return nil
	}
	seen, err := audit.LastCosignatures(ctx, a.pool)
	if err != nil {
		return err
	}
	old := int64(0)
	for _, s := range seen {
		if s.Witness == a.Witness.Key.Name() {
			old = s.Size
		}
	}
	head, err := audit.LatestHead(ctx, a.pool)
	if errors.Is(err, audit.ErrNoHead) || err == nil && head.Size == old {
		return nil
	}
	if err != nil {
		return err
	}
	return a.offerFrom(ctx, old, true)
}

// offerFrom sends the proof from old. A witness that stands elsewhere says where, and is asked once more from there.
func (a *Asked) offerFrom(ctx context.Context, old int64, again bool) error {
	request, head, err := audit.AddRequestFor(ctx, a.pool, old)
	if errors.Is(err, audit.ErrRewritten) {
		return errors.Join(ErrForked, err)
	}
	if err != nil {
		return err
	}
	status, body, err := post(ctx, a.client, strings.TrimSuffix(a.Witness.URL, "/")+"/add-checkpoint", "text/plain; charset=utf-8", request.Format())
	switch {
	case err != nil:
		return err
	case status == http.StatusOK:
		return audit.KeepCosignature(ctx, a.pool, head, string(body), a.Log, a.Witness.Key)
	case status == http.StatusConflict && again:
		stands, err := strconv.ParseInt(strings.TrimSuffix(string(body), "\n"), 10, 64)
		if err == nil && stands != old {
			return a.offerFrom(ctx, stands, false)
		}
		return ErrForked
	case status == http.StatusConflict || status == http.StatusUnprocessableEntity:
		return ErrForked
	}
	return fmt.Errorf("add-checkpoint answers %d: %w", status, ErrAnswer)
}

// post is one question. Nothing but its status and its body counts.
func post(ctx context.Context, client *http.Client, url, kind string, body []byte) (status int, answer []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, fmt.Errorf("asking a party outside: %w", err)
	}
	request.Header.Set("Content-Type", kind)
	response, err := client.Do(request)
	if err != nil {
		return 0, nil, fmt.Errorf("asking a party outside: %w", err)
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err == nil && len(answer) > maxAnswer {
		err = ErrAnswer
	}
	return response.StatusCode, answer, err
}
