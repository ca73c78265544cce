# What each target does stands in README.md; `make` alone builds.
.DEFAULT_GOAL := build
.PHONY: build release run demo test faults pages fuzz soak clean-machine bench vet setup setup-test clean

export CGO_ENABLED := 0
# For the programs, the tests and vet alike: with one of them built otherwise, everything they are made of would be compiled twice.
export GOFLAGS := $(strip $(GOFLAGS) -trimpath)
PROGRAMS := ./cmd/server ./cmd/medical ./cmd/inspector ./cmd/keyholder
# Stamps of version control would make two builds of the same sources differ.
GO_BUILD := go build -trimpath -buildvcs=false
PORT ?= 8440
DATA ?= .data/dev

setup:
	@tools/setup.sh run

setup-test:
	@tools/setup.sh test

# Four builds that must not be mixed: what runs, the development tool, the programs
# that obey a test clock, and those that moreover die where a test asks.
build: setup
	@echo "build: bin/"
	@mkdir -p bin/testclock bin/crashpoints
	@$(GO_BUILD) -o bin/ $(PROGRAMS)
	@$(GO_BUILD) -tags dev -o bin/cloison ./cmd/cloison
	@$(GO_BUILD) -tags testclock -o bin/testclock/ $(PROGRAMS)
	@$(GO_BUILD) -tags testclock,crashpoints -o bin/crashpoints/ $(PROGRAMS)

release: setup
	@echo "release: dist/"
	@mkdir -p dist
	@$(GO_BUILD) -ldflags '-s -w' -o dist/ $(PROGRAMS) ./cmd/cloison

run: build
	@bin/cloison dev --data $(DATA) --port $(PORT) --sample sample/ --quick-login

# The same with a test clock and the dossiers of the sample, entered through the interface as far as they were on a Monday.
demo: build
	@tools/demo.sh $(PORT)

test: setup-test build vet
	@tools/test.sh

# Every crash point of every residence-permit dossier, and of the acts that the sample does not play: minutes. `make faults` prints the list.
faults: setup-test build
	@go test -count=1 -timeout 60m ./e2e -run TestNothingIsLostAtAnyDurableStep -faults -v

# The long form of the stories in a browser: every page of every act, the viewer, every rule at both widths in both lights.
pages: setup-test build
	@go test -count=1 -timeout 40m ./e2e -run 'ByItsPages|AtTheKeyboard|EveryPageOfADossier|InTheViewer|TheThirdDossier' -pages -v

# Every fuzz target for a while; `make test` runs their seeds. FUZZTIME=10m for a night.
FUZZTIME ?= 20s
fuzz: setup-test
	@tools/fuzz.sh $(FUZZTIME)

# The long form of what `make test` does in short: a million questions to the policy and to its model, 100,000 changes of the log, a hundred
# thousand dossiers rotated under load and kills, a million steps of lawful dossiers, a hundred thousand households, a file of 500 MiB for a judge.
soak: setup-test build
	@go test ./policy -count=1 -timeout 60m -run TestEngineAgreesWithTheModel -inputs 1000000 -v
	@go test ./audit -count=1 -timeout 720m -run TestEveryMutationIsFound -v -args -mutations 100000 | grep -v PAUSE
	@go test ./audit -count=1 -timeout 60m -run TestAnExportHoldsAFewEntriesAtATime -v -args -exported 1000000
	@go test ./medical/rotation -count=1 -timeout 120m -run Killed -dossiers 100000 -v
	@go test ./medical -count=1 -timeout 60m -run 'Walk' -rapid.checks=10000 -rapid.steps=100 -rapid.nofailfile
	@go test ./missions/family -count=1 -timeout 60m -run 'Oracle' -households 100000
	@go test ./e2e -count=1 -timeout 30m -run TestALargeFileLeaves -large-file 524288000 -v

# make test on a Debian that has nothing but Go and git, made by debootstrap. As root, before a release.
clean-machine:
	@tools/clean-machine.sh

# Figures, each with its baseline in the same run; tables on the screen, JSON in bench/out. Never a red test.
bench: build
	@tools/setup.sh bench
	@mkdir -p bench/out
	@go test ./bench -count=1 -run . -bench . -benchtime 1x -timeout 60m -figures $(CURDIR)/bench/out/worklist.json
	@go test ./server -count=1 -timeout 60m -run Figures -opinions 1000 -releases 1000000 -v | grep "| goal"
	@go test ./missions/installed -count=1 -timeout 30m -run TestFigures -v -figures -figures-file $(CURDIR)/bench/out/family.json | grep goal
	@go test ./e2e -count=1 -timeout 30m -run TestPagesWithManyDossiers -dossiers 1000 -v | grep dossiers,
	@go test ./e2e -count=1 -timeout 30m -run TestTheFirstPageOfAScan -openings 20 -v | grep "first page of"

vet:
	@echo "vet"
	@go vet ./...
	@go vet -tags dev ./cmd/cloison
	@go vet -tags testclock $(PROGRAMS)
	@go vet -tags testclock,crashpoints $(PROGRAMS) ./internal/crash
	@go -C tools vet ./...

clean:
	rm -rf bin dist
