// Package bench measures what people wait for. Its figures are printed and written, never asserted: a machine is shared and noisy, so each
// row is a ratio of two measures of one run, the absolute numbers beside it. `make bench` runs it on the sizes that the rows name; `go test`
// runs the same code on a few dossiers, so that it still works when somebody needs it.
package bench
