// Package inspect has each piece looked at by a process of its own, and has a viewer's copy of it made there.
//
// It protects the medical program, which holds the file keys of what is being read, from the files that strangers send: a parser taken over
// by a hostile file is in a process without keys, environment, files or network (package confine; TestConfinedProcess), that may answer a
// few codes and, to whoever may read that piece anyhow, a copy of it. It trusts nothing of what comes back beyond its shape (package wire).
// The plaintext passes by pipes and stands in no file (TestConfinedProcess: not one byte can be written to any).
//
// What ends otherwise than by an answer (killed, too slow, out of memory, talking nonsense) is an error, never a verdict: the caller
// keeps the piece from everybody until an inspection has ended.
package inspect
