package layout

// ErrorView is any answer that is neither the page asked for nor a refusal of policy.
type ErrorView struct {
	Shell
	Status   int    // HTTP status
	Sentence string // what happened and what to do next
	Rule     string // code of a rule that was broken, where there is one
	Object   string // page of the dossier, or of what else it was about; "" where there is none
}

// Title is the heading, by status.
func (v ErrorView) Title() string {
	if v.Done() {
		return "C’est déjà fait"
	}
	switch v.Status {
	case 400, 409, 412, 413, 415, 422:
		return "Cette demande n’a pas pu être traitée"
	case 401:
		return "Votre session est terminée"
	case 404:
		return "Cette page n’existe pas, ou ne vous est pas ouverte"
	case 429:
		return "Trop de demandes à la fois"
	case 503:
		return "Le service est momentanément indisponible"
	}
	return "Une erreur est survenue"
}

// Text is the sentence, or one that is always true.
func (v ErrorView) Text() string {
	if v.Sentence != "" {
		return v.Sentence
	}
	return "Rien n’a été modifié. Réessayez dans quelques minutes\u00a0; si cela se reproduit, donnez la référence ci-contre au support."
}

// Done says that nothing is wrong: what was asked for stands already.
func (v ErrorView) Done() bool { return grantors[v.Rule] == alreadyDone }

// Who can change it, where a rule speaks.
func (v ErrorView) Who() string {
	if v.Rule == "" || v.Done() {
		return ""
	}
	return GrantorOf(v.Rule)
}

// SignIn says that signing in is the way forward.
func (v ErrorView) SignIn() bool { return v.Status == 401 }

// Back is the way out: what the page was about, or the reader's first page.
func (v ErrorView) Back() Action {
	if v.Object != "" {
		return Action{Label: "Revenir au dossier", Href: v.Object}
	}
	return Action{Label: "Revenir à l’accueil", Href: "/"}
}
