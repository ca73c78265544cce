package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"cloison/act"

	"github.com/gofiber/fiber/v2"
)

// Problem is an error as the client sees it (RFC 9457).
type Problem struct {
	Title     string `json:"title"`
	Detail    string `json:"detail"`
	Code      string `json:"code"`
	Rule      string `json:"rule,omitempty"`
	RequestID string `json:"request_id"`
	StepUp    string `json:"step_up,omitempty"`
	Status    int    `json:"status"`
}

type kind struct {
	status int
	title  string
	detail string // when the error brings no sentence
}

// kinds is the closed list of problem codes.
var kinds = map[string]kind{
	"malformed":           {400, "Requête mal formée", "La requête est illisible. Corrigez-la, puis renvoyez-la."},
	"unknown_field":       {400, "Champ inattendu", "La requête contient un champ inattendu. Retirez-le, puis renvoyez-la."},
	"unauthenticated":     {401, "Connexion nécessaire", "Vous n’êtes pas connecté, ou votre session est terminée. Reconnectez-vous, puis recommencez."},
	"forbidden":           {403, "Accès refusé", "Votre rôle ne permet pas cette action. Adressez-vous à votre responsable si vous pensez y avoir droit."},
	"step_up_required":    {403, "Confirmation nécessaire", "Cet acte demande de vous authentifier à nouveau. Confirmez votre identité, puis renvoyez la même demande."},
	"not_found":           {404, "Introuvable", "Cet objet n’existe pas, ou vous n’y avez pas accès. Vérifiez l’adresse."},
	"conflict":            {409, "Action impossible dans cet état", "L’état du dossier ne permet plus cette action. Rechargez-le pour voir où il en est."},
	"precondition_failed": {412, "Version dépassée", "Le dossier a changé depuis votre lecture. Rechargez-le, puis recommencez."},
	"too_large":           {413, "Envoi trop volumineux", "L’envoi dépasse la taille admise. Réduisez-le, puis recommencez."},
	"unsupported":         {415, "Type de contenu refusé", "Le type de contenu n’est pas admis ici. Envoyez du JSON (application/json)."},
	"invalid":             {422, "Saisie à corriger", "Une valeur n’est pas admise. Corrigez-la, puis renvoyez la requête."},
	"rate_limited":        {429, "Trop de demandes", "Trop de demandes en peu de temps. Attendez une minute, puis recommencez."},
	"over_budget":         {429, "Budget d’ouvertures atteint", "Vous avez ouvert autant de dossiers que permis. Attendez, ou demandez une extension à votre chef de service."},
	"sealed":              {503, "Coffre scellé", "Le coffre des clés est scellé. Prévenez l’exploitation ; votre travail n’est pas perdu."},
	"unavailable":         {503, "Service momentanément indisponible", "Le service ne peut pas répondre pour l’instant, rien n’a été changé. Réessayez dans une minute."},
	"internal":            {500, "Erreur interne", "Le service a rencontré une erreur, et rien n’a été affiché. Réessayez, puis donnez le numéro de requête à l’exploitation."},
}

// ProblemOf classes an error. What the error says of itself reaches the operator only: the client reads the sentence
// of an act.Error, or the code's own.
func ProblemOf(err error) Problem {
	var refused *act.Error
	var routed *fiber.Error
	problem := Problem{Code: "internal"}
	switch {
	case errors.As(err, &refused):
		problem = Problem{Code: string(refused.Kind), Detail: refused.Sentence, Rule: refused.Rule, StepUp: refused.StepUp}
	case errors.As(err, &routed):
		problem.Code = codeOf(routed.Code)
	}
	known, ok := kinds[problem.Code]
	if !ok {
		problem, known = Problem{Code: "internal"}, kinds["internal"]
	}
	if problem.Code == "not_found" {
		// Who may not know of an object learns no rule either.
		problem.Rule = ""
	}
	if problem.Detail == "" {
		problem.Detail = known.detail
	}
	problem.Title, problem.Status = known.title, known.status
	if errors.As(err, new(rangeError)) {
		problem.Status = http.StatusRequestedRangeNotSatisfiable
	}
	return problem
}

// codeOf classes what fiber and fasthttp refuse by themselves.
func codeOf(status int) string {
	switch status {
	case http.StatusRequestEntityTooLarge:
		return "too_large"
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return "not_found"
	case http.StatusBadRequest, http.StatusRequestTimeout, http.StatusRequestHeaderFieldsTooLarge, http.StatusRequestURITooLong:
		return "malformed"
	}
	return "internal"
}

// problem is the one error handler.
func (s *server) problem(c *fiber.Ctx, err error) error {
	if failed := s.open(c); failed != nil {
		err = fmt.Errorf("%w, after: %w", failed, err)
	}
	if c.Locals(bodyKey) == nil {
		// fasthttp gave up on the request: what the client still sends must not cost it this answer.
		linger(c.Context().Conn())
	}
	c.Context().Response.ResetBody()
	problem := ProblemOf(err)
	problem.RequestID = RequestID(c)
	s.log(c, problem, err)
	if wantsPage(c) && s.Error != nil && s.Render != nil {
		return s.errorPage(c, problem)
	}
	return s.writeProblem(c, problem)
}

func (s *server) writeProblem(c *fiber.Ctx, problem Problem) error {
	raw, err := marshal(problem)
	if err != nil {
		return fmt.Errorf("writing a problem: %w", err)
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	return c.Status(problem.Status).Send(raw)
}

func (s *server) errorPage(c *fiber.Ctx, problem Problem) error {
	s.whoAsks(c, problem)
	template, view := s.Error(c, problem)
	var page bytes.Buffer
	if err := s.Render(&page, template, view); err != nil {
		s.Logger.Error("error page", "request_id", problem.RequestID, "error", err)
		return s.writeProblem(c, problem)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Status(problem.Status).Send(page.Bytes())
}

// wantsPage: the API answers programs; elsewhere a browser, which says that it reads HTML, gets a page.
func wantsPage(c *fiber.Ctx) bool {
	return !strings.HasPrefix(c.Path(), "/api/") && ReadsHTML(c)
}

// ReadsHTML says that a browser asks, and not a program.
func ReadsHTML(c *fiber.Ctx) bool {
	return strings.Contains(c.Get(fiber.HeaderAccept), fiber.MIMETextHTML)
}

// log writes the operator's line: the route's pattern, never the address.
func (s *server) log(c *fiber.Ctx, problem Problem, err error) {
	level := slog.LevelInfo
	if problem.Status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	s.Logger.Log(c.UserContext(), level, "refused", "request_id", problem.RequestID, "method", knownMethod(c),
		"route", c.Route().Path, "code", problem.Code, "rule", problem.Rule, "error", operatorText(err))
}

// operatorText: fasthttp quotes what it could not parse, so its errors are logged by their class only.
func operatorText(err error) string {
	var routed *fiber.Error
	if errors.As(err, &routed) {
		return http.StatusText(routed.Code)
	}
	return err.Error()
}

// marshal writes JSON without escaping HTML: no browser reads it as a page (nosniff).
func marshal(value any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("encoding JSON: %w", err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}
