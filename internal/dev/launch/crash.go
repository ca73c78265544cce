package launch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
)

// crashFolder holds what package internal/crash reads and writes: at which points to die, which were passed, which were died at.
const crashFolder = "crash"

// openCrashFolder makes the folder anew, asking for nothing yet: a start that is killed on purpose shows nothing.
func (e *environment) openCrashFolder(context.Context) error {
	if len(e.Crash) == 0 {
		return nil
	}
	if e.Clock == nil {
		return errors.New("--crash ne va qu'avec --clock : les programmes qui meurent sur demande obéissent à l'horloge d'essai")
	}
	if err := anew(e.run(crashFolder)); err != nil {
		return err
	}
	if err := os.MkdirAll(e.run(crashFolder), 0o700); err != nil {
		return fmt.Errorf("making the folder of the crash points: %w", err)
	}
	return nil
}

// wantCrashes asks for the crashes, once everything is ready.
func (e *environment) wantCrashes(context.Context) error {
	if len(e.Crash) == 0 {
		return nil
	}
	e.say("chaque programme meurt une fois à chacun des points demandés ; voir %s.", e.run(crashFolder))
	return write(e.at("run", crashFolder, "wanted"), []byte(strings.Join(e.Crash, "\n")+"\n"), 0o600)
}
