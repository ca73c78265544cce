// Package layout writes the pages of both portals: one shell, one template and one view struct per page.
//
// It decides nothing and reads nothing: a view comes from an act that policy allowed. It protects the reader of the page:
// html/template escapes every value, no page holds an inline style, an event attribute or a script, but for the one file that the page of
// pieces names (TestPagesAreInert), so that the portals run under `default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self';
// form-action 'self'`. A page is rendered whole before its first byte leaves: an error never sends half a page.
//
// Sentences are French and plain. Times are shown in the location they carry: the caller brings them to the place where
// the law counts them.
package layout
