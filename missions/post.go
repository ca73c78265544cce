package missions

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
)

// Post is a French diplomatic or consular post, between two dates. Representation says that OFII has one of its own in that country, which prepares
// the arrival there; elsewhere the consulate does.
type Post struct {
	Code           string `json:"code"`
	Label          string `json:"label"`
	Country        string `json:"country"` // ISO 3166-1 alpha-3
	Representation bool   `json:"representation"`
	From           Date   `json:"from"`
	To             *Date  `json:"to"`
	Source         string `json:"source"`
	Status         Status `json:"status"`
}

//go:embed data/posts.json
var postsText []byte

var posts = mustReadPosts()

func mustReadPosts() []Post {
	var rows []Post
	decoder := json.NewDecoder(bytes.NewReader(postsText))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&rows); err != nil {
		panic(fmt.Sprintf("the embedded posts do not read: %v", err))
	}
	return rows
}

// Posts are all rows.
func Posts() []Post { return slices.Clone(posts) }

// PostOf is the row of a post that day.
func PostOf(code string, day Date) (Post, bool) {
	for _, p := range posts {
		if p.Code == code && !day.Before(p.From) && (p.To == nil || !day.After(*p.To)) {
			return p, true
		}
	}
	return Post{}, false
}
