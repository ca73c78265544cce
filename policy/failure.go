package policy

import (
	"context"
	"errors"

	"github.com/open-policy-agent/opa/v1/topdown"
)

// Failure says why there is no decision, for the operator, in a closed word: an error of the engine may quote what it was asked.
//
//	SLOW    it took longer than DecisionTime
//	LEFT    whoever asked went away
//	RULES   a rule failed, or clashes with another
//	SHAPE   the rules answered something that is not a decision, or a rule that is in no table
func Failure(err error) string {
	var failed *topdown.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "SLOW"
	case errors.Is(err, context.Canceled):
		return "LEFT"
	case errors.As(err, &failed):
		return "RULES"
	}
	return "SHAPE"
}
