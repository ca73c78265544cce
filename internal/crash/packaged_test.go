package crash_test

import (
	"go/build"
	"slices"
	"testing"
)

// A program built without the tag has no code that dies: the file that holds it is not among those of the package.
func TestAPackagedProgramHasNoCrashPoint(t *testing.T) {
	t.Parallel()
	packaged, err := build.Default.ImportDir(".", 0)
	if err != nil {
		t.Fatal(err)
	}
	tagged := build.Default
	tagged.BuildTags = []string{"crashpoints"}
	dying, err := tagged.ImportDir(".", 0)
	if err != nil {
		t.Fatal(err)
	}
	const file = "point_crashpoints.go"
	if slices.Contains(packaged.GoFiles, file) || !slices.Contains(dying.GoFiles, file) {
		t.Errorf("without the tag %v, with it %v", packaged.GoFiles, dying.GoFiles)
	}
}
