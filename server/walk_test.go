package server_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cloison/release"
)

// everything is what prefecture 75 has in the most crowded of its files.
type everything struct {
	z        *zone
	referral string
}

// crowded is a zone where prefecture 75 has a referral with a notice, an opinion, a decision, an appeal and its attestation.
func crowded(t *testing.T) everything {
	t.Helper()
	z, id := withOpinion(t)
	z.done("pref-75", "decision", id, `{"outcome":"REFUS"}`)
	z.done("pref-75", "appeal", id, `{"court":"TA Fictivaux","case_number":"2401234"}`)
	z.done("pref-75", "attestation", id, `{}`)
	z.taken(z.attested(3, id, z.told().Seq))
	z.call("pref-75", http.MethodPost, "/api/v1/releases/2/bureau", `{"bureau":"CONTENTIEUX"}`)
	return everything{z, id}
}

// marks are what would betray it: its ids, numbers, names and court. One of them in an answer to another prefecture is a leak.
func (e everything) marks() []string {
	return []string{e.referral, "9975100017", "FICTIVAUX", "Fictivaux", "2401234", release.OpinionID(e.referral, 1)}
}

// TestAnotherPrefectureSeesNothingByAnyWay walks every route that the portal has, pages and forms too. To an agent of 69 what 75 has does not exist:
// an address of 75's is answered as one of nobody's, byte for byte but for what is drawn anew; a list, a page or a count is what it is in a zone
// where 75 has nothing; nothing changes; and no mark of it is anywhere.
func TestAnotherPrefectureSeesNothingByAnyWay(t *testing.T) {
	t.Parallel()
	e, empty := crowded(t), newZone(t)
	empty.clock.set("2026-03-12T10:02:00+01:00")
	before := e.z.rows()
	walked := 0
	for _, route := range routesOf(e.z) {
		method, path, _ := strings.Cut(route, " ")
		body, media := bodyFor(method, path, e.referral)
		theirs := e.z.call("pref-69", method, fill(path, e.referral, "2"), body, "Content-Type", media)
		leaked(t, route, theirs, e.marks())
		var same answer
		if strings.Contains(path, ":") {
			nobody, media := bodyFor(method, path, nobodys)
			same = e.z.call("pref-69", method, fill(path, nobodys, "999"), nobody, "Content-Type", media)
		} else {
			same = empty.call("pref-69", method, path, body, "Content-Type", media)
		}
		if theirs.status != same.status || drawn(theirs.body) != drawn(same.body) {
			t.Errorf("%s: 75's is answered %d, what is not there %d:\n%.300s\n%.300s", route, theirs.status, same.status, drawn(theirs.body), drawn(same.body))
		}
		if strings.Contains(path, ":") && theirs.status < 400 && method == http.MethodGet && !strings.HasSuffix(path, "/nouvelle") {
			t.Errorf("%s: answered %d", route, theirs.status)
		}
		walked++
	}
	if walked < 28 {
		t.Errorf("%d routes were walked", walked)
	}
	if after := e.z.rows(); after != before {
		t.Errorf("something changed: %s\nbefore %s", after, before)
	}
	for _, query := range []string{"/api/v1/referrals?limit=200", "/api/v1/releases?limit=200", "/api/v1/releases?referral=" + e.referral, "/api/v1/releases?after=1&wait=1",
		"/messages?bureau=CONTENTIEUX", "/saisines?show=avis", "/saisines/nouvelle?apres=" + e.referral, "/api/v1/opinions.zip?after=0", "/rapprochement"} {
		leaked(t, query, e.z.call("pref-69", http.MethodGet, query, ""), e.marks())
	}
}

const nobodys = "11111111-2222-4333-8444-555555555555"

// routesOf are the routes of the prefectures' operations, as the router has them.
func routesOf(z *zone) []string {
	var routes []string
	for _, r := range z.app.GetRoutes(true) {
		mine := !strings.Contains(r.Path, "/audit") && !strings.Contains(r.Path, "/journal") && !strings.Contains(r.Path, "openapi")
		if mine && slices.Contains([]string{http.MethodGet, http.MethodPost, http.MethodPut}, r.Method) && r.Path != "/" && !strings.HasSuffix(r.Path, "healthz") && !strings.HasSuffix(r.Path, "readyz") {
			routes = append(routes, r.Method+" "+r.Path)
		}
	}
	slices.Sort(routes)
	return slices.Compact(routes)
}

func fill(path, referral, release string) string {
	return strings.NewReplacer(":referral", referral, ":release", release).Replace(path)
}

// bodyFor is what each operation that writes would take, were it 75's own agent.
func bodyFor(method, path, referral string) (body, media string) {
	if method == http.MethodGet {
		return "", "application/json"
	}
	if !strings.HasPrefix(path, "/api/") {
		return "_key=0123456789abcdef0123456789abcdef&bureau=SEJOUR", "application/x-www-form-urlencoded"
	}
	last := path[strings.LastIndexByte(path, '/')+1:]
	bodies := map[string]string{
		"referrals": caseOne, "corrections": `{"agdref_old":"9975100017","agdref_new":"9975100024"}`, "transfer": `{"prefecture_new":"69"}`, "liberty": `{"liberty":"DETENU"}`,
		"withdrawal": `{}`, "decision": `{"outcome":"ACCORD"}`, "appeal": `{"court":"TA Lyon"}`, "closing": `{"outcome":"REJET"}`, "attestation": `{}`, "bureau": `{"bureau":"SEJOUR"}`,
	}
	if last == "referral-imports" {
		return importHeader + importRow("w-1", 9975100017), "text/csv"
	}
	if body, there := bodies[last]; there {
		return body, "application/json"
	}
	return "{}", "application/json"
}

var anew = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}|/messages/[0-9]+|[0-9]{1,2}[^0-9<>]{1,9}h[^0-9<>]{1,9}[0-9]{2}`)

// drawn is a body without what is drawn anew for each request.
func drawn(body []byte) string { return anew.ReplaceAllString(string(body), "*") }

func leaked(t *testing.T, what string, a answer, marks []string) {
	t.Helper()
	for _, mark := range marks {
		// An agent who sends 75's own number back sees it where he typed it; an answer of the API repeats nothing.
		if strings.Contains(string(a.body), mark) {
			t.Errorf("%s shows %q: %d %.200s", what, mark, a.status, a.body)
		}
	}
}
