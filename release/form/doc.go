// Package form is the opinion as the document that the law asks for (R. 425-13; arrêté of 27 December 2016, art. 6 and annexe C; Conseil
// d'État, 7 December 2018, n° 419226): one frozen renderer per version of a form.
//
// No document crosses the wall. Each zone renders it from the canonical opinion and from names that it holds itself, and both get the
// same bytes: nothing in a file comes from a clock, a machine or chance, and no part of it is compressed, since another version of a
// compressor would write other bytes (TestRenderIsTheSameInAnotherProcess, TestGoldenDigests). A renderer that has sealed an opinion is
// never changed: a new text of law is a new version, beside it.
//
// What the page says is closed as what crosses is: codes as ticked boxes, dates, months, and the names that the administration knows. It
// has no rapporteur and no free text (REQ-7, REQ-17, TestThePageSaysNothingElse).
//
// The file has room for one seal (PAdES baseline-B): Render gives the digest to seal, Seal checks a seal against the pinned certificates
// and puts it in. The package trusts those certificates and the caller's names, and decides on nothing.
package form
