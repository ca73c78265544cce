// Package play plays a folder of fictitious dossiers against a running development environment, through its JSON API alone, as the people
// of the folder would: it moves the test clock, signs in anew for each act, and at the end compares what the two portals show with what the
// dossier expects. Nothing is read but the folder and the API; the programs never read the folder.
//
// A dossier says what came in (referral, certificate, documents, report, answers) and what happened when (events). What follows from it
// (boxes, outcome, notices, deadlines) is never sent: a body less its consequences is what a person would have typed.
package play
