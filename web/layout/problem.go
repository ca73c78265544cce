package layout

// Problem chooses the page of an answer that is not the one asked for: the refusal page where a rule may be told, the
// general one otherwise. code is the problem document's; sentence and rule are the ones it shows; object is the page to go on from, or "".
func Problem(shell Shell, status int, code, sentence, rule, object string) (name string, view any) {
	if code == "forbidden" && rule != "" {
		return "refusal", RefusalView{Shell: shell, Sentence: sentence, Rule: rule}
	}
	return "error", ErrorView{Shell: shell, Status: status, Sentence: sentence, Rule: rule, Object: object}
}
