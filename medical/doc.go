// Package medical is the étrangers malades procedure as pure values. A dossier is its events; its state, procedural boxes, notices,
// deadlines and flags follow from them and from the law in package reference, and nothing here reads a clock, a database or a network.
//
// It protects two things. An event holds codes, dates and opaque ids only: the codec refuses anything that could be a sentence, so that
// the clear tables of the medical zone cannot carry health data by accident. What is health data (certificate, report, answers) has
// types that print as [redacted]; it is read and written as JSON only to be sealed or served to who may see it.
//
// It trusts its caller for who acts and for the time; policy decides who may.
package medical
