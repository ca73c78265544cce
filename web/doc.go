// Package web turns one table of operations into routes, OpenAPI and pages.
//
// It protects the acts from whatever a browser or a program sends: a request reaches a handler only authenticated, read
// strictly (no unknown, doubled or differently cased member, bounded depth and size) and validated, and what is refused
// before that leaves an entry in the log through act. It protects people from what a page could leak: headers that
// forbid scripts, frames and caches, and errors that never carry an internal text.
//
// It trusts the kernel and act. It does not decide who may do what: policy does, inside act.
package web
