package identity

import (
	"os"
	"strings"
	"testing"
)

func TestParsePeople(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/people.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	people, err := ParsePeople(f)
	if err != nil {
		t.Fatal(err)
	}
	first := people.Persons[0]
	if len(people.Persons) != 5 || first.Issuer != PSC || first.CollegeListings[0].Decision != "DEC-1" || people.Decisions[0].ValidTo != nil ||
		first.directions()[0] != "DT-PARIS" || len(people.Persons[3].directions()) != 2 {
		t.Errorf("%+v", people)
	}
	for name, text := range map[string]string{
		"no JSON":                   `{`,
		"no login":                  `{"persons":[{"id":"a","role":"DPO","subject":"s","idp":"PROCONNECT"}]}`,
		"no such issuer":            `{"persons":[{"id":"a","login":"a","role":"DPO","subject":"s","idp":"X"}]}`,
		"no such role":              `{"persons":[{"id":"a","login":"a","role":"ROI","subject":"s","idp":"PROCONNECT"}]}`,
		"a physician by ProConnect": `{"persons":[{"id":"a","login":"a","role":"MEDECIN","subject":"s","idp":"PROCONNECT"}]}`,
		"a prefecture by Santé":     `{"persons":[{"id":"a","login":"a","role":"PREFECTURE","subject":"s","idp":"PSC"}]}`,
	} {
		if _, err := ParsePeople(strings.NewReader(text)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestReferenceSurvivesReload(t *testing.T) {
	t.Parallel()
	z := newZone(t, Server)
	reference := func() (r string) {
		if err := z.owner.QueryRow(t.Context(), `select reference::text from identity.people where id = 'pref-a'`).Scan(&r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	before := reference()
	z.exec(`update identity.people set family_name = 'X' where id = 'pref-a'`)
	z.load("testdata/people.json")
	if after := reference(); after != before || before == "" {
		t.Errorf("reference %s became %s", before, after)
	}
	if z.count(`select count(*) from identity.people where family_name = 'X'`) != 0 {
		t.Error("the reload changed nothing")
	}
}
