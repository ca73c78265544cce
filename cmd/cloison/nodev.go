//go:build !dev

package main

// devCommands: none outside development builds.
func devCommands() []command { return nil }
