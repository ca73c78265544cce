package launch

import (
	"fmt"
	"os"

	"cloison/identity"
	"cloison/internal/dev/provider"
)

// people is what all files together say: the directory's persons and, of the
// same people, what the provider tells.
type people struct {
	directory []identity.Person
	provider  []provider.Person
}

func (o Options) readPeople() (people, error) {
	files := o.peopleFiles()
	directory, err := o.ReadPeople(files)
	if err != nil {
		return people{}, err
	}
	all := people{directory: directory.Persons}
	seen := map[string]bool{}
	for _, path := range files {
		persons, err := readProviderPeople(path)
		if err != nil {
			return people{}, fmt.Errorf("fichier %s : %w", path, err)
		}
		for _, p := range persons {
			if !seen[p.ID] {
				seen[p.ID] = true
				all.provider = append(all.provider, p)
			}
		}
	}
	return all, nil
}

func readProviderPeople(path string) ([]provider.Person, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return provider.ReadPeople(f)
}
