// Package family is regroupement familial as pure values: who may ask, for whom, with which resources and which housing; what happened in a
// case, and what follows from it (CESEDA L. 434-1 to L. 434-12, R. 434-1 to R. 434-36; for Algerians the agreement of 27 December 1968).
//
// OFII instructs, the mayor gives an opinion, the prefect alone decides, and silence speaks twice: the mayor's for the applicant after two
// months, the prefect's against him after six. What silence causes is an event that only the clock may record. A computed rule informs and
// never blocks: the prefect appreciates.
//
// No number of the law stands in this code: each is a row of data/parameters.json, with its dates, its source and how sure we are of it. There
// is no technology here (arch_test.go). rules.json lists the rules, each with the test that shows it.
package family
