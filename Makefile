# What each target does stands in README.md; `make` alone builds.
.DEFAULT_GOAL := build
.PHONY: build release run demo test vet soak bench setup setup-test clean

export CGO_ENABLED := 0
PROGRAMS := ./cmd/server ./cmd/medical ./cmd/keyholder
# Stamps of version control would make two builds of the same sources differ.
GO_BUILD := go build -trimpath -buildvcs=false
PORT ?= 8440
DATA ?= .data/dev

setup:
	@tools/setup.sh run

setup-test:
	@tools/setup.sh test

# Three builds that must not be mixed: what runs, the development tool, and the
# programs that obey a test clock.
build: setup
	@echo "build: bin/"
	@mkdir -p bin/testclock
	@$(GO_BUILD) -o bin/ $(PROGRAMS)
	@$(GO_BUILD) -tags dev -o bin/cloison ./cmd/cloison
	@$(GO_BUILD) -tags testclock -o bin/testclock/ $(PROGRAMS)

release: setup
	@echo "release: dist/"
	@mkdir -p dist
	@$(GO_BUILD) -ldflags '-s -w' -o dist/ $(PROGRAMS) ./cmd/cloison

run: build
	@bin/cloison dev --data $(DATA) --port $(PORT) --sample sample/ --quick-login

# The same with a test clock and a few dossiers, entered through the interface.
demo: build
	@tools/demo.sh $(PORT)

test: setup-test build vet
	@tools/test.sh

# The long form of what `make test` does in short: a million steps of lawful dossiers.
soak: setup-test
	@go test ./medical -count=1 -timeout 60m -run 'Walk' -rapid.checks=10000 -rapid.steps=100 -rapid.nofailfile

# Figures, printed as a table and written as JSON; never a red test.
bench: setup-test
	@mkdir -p bin
	@go test ./bench -count=1 -timeout 60m -figures $(CURDIR)/bin/bench.json

vet:
	@echo "vet"
	@go vet ./...
	@go vet -tags dev ./cmd/cloison
	@go vet -tags testclock $(PROGRAMS)
	@go -C tools vet ./...

clean:
	rm -rf bin dist
