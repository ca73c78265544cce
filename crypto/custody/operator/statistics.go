package operator

import (
	"context"
	"errors"

	"cloison/crypto/custody/wire"
	"cloison/crypto/statistics"
)

// StatisticsYear is what keyholder knows of a year.
func StatisticsYear(ctx context.Context, socket string, year int) (wire.StatisticsYearReply, error) {
	return call[wire.StatisticsYearReply](ctx, socket, wire.OpStatisticsYear, wire.StatisticsYearArgs{Year: year})
}

// CountStatistics has the records of a year counted. page gives them by ascending slot, and none after the last.
func CountStatistics(ctx context.Context, socket string, o wire.StatisticsOrder, page func() ([]wire.Statistic, error), custodianFiles ...string) ([]statistics.Table, error) {
	err := order(ctx, socket, wire.OpCountStatistics, o, custodianFiles, func(q wire.Quorum) any {
		return wire.CountStatisticsArgs{StatisticsOrder: o, Quorum: q}
	})
	if err != nil {
		return nil, err
	}
	for {
		records, err := page()
		if err != nil {
			return nil, err
		}
		if len(records) == 0 {
			return nil, errors.New("the records ended before keyholder had counted as many as were ordered")
		}
		r, err := call[wire.StatisticsPageReply](ctx, socket, wire.OpStatisticsPage, wire.StatisticsPageArgs{Statistics: records})
		if err != nil || r.Tables != nil {
			return r.Tables, err
		}
	}
}
