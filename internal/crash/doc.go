// Package crash names the durable steps of the programs, so that a test can kill a program at each of them: just before a step is
// durable, and just after. In a packaged program a point does nothing and costs nothing; only a build with tag crashpoints dies at one,
// and only when its command line names a folder that asks for it (TestAPackagedProgramHasNoCrashPoint).
//
// A name is "step.before" or "step.after", with the step written as kind/what: "act/report.sign.before". The names that a run passed
// stand in the folder's file "passed", one per line: that is the list of the points, as they are and not as somebody wrote them down.
package crash
