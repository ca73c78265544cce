package cloison_test

import (
	"bytes"
	"os"
	"testing"
)

// Each zone has its own list of countries, because neither may link the other's code: a country that one cannot name would be refused there.
func TestBothZonesNameTheSameCountries(t *testing.T) {
	medical, err := os.ReadFile("medical/reference/data/countries.json")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := os.ReadFile("web/layout/countries.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(medical, pages) {
		t.Error("medical/reference/data/countries.json and web/layout/countries.json differ")
	}
}
