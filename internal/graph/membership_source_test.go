package graph

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// Nothing but a membership is ever deleted below /groups: only one file forms such a
// request, and that in one place.
func TestOnlyOnePlaceDeletesBelowGroups(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	deletes := regexp.MustCompile(`MethodDelete|abstractions\.DELETE|ToDeleteRequestInformation|"DELETE"`)
	groups := regexp.MustCompile(`"/?groups/|/groups/|groups\.New`)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found := len(deletes.FindAll(source, -1))
		if !groups.Match(source) || found == 0 {
			continue
		}
		if file != "membership_write.go" || found > 1 {
			t.Errorf("%s forms DELETE requests and paths of groups: %d times", file, found)
		}
	}
}

func FuzzReference(f *testing.F) {
	for _, seed := range []string{"", "..", "x/$ref?", "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000001/x", "{00000000-0000-0000-0000-000000000001}", "%2e%2e"} {
		f.Add(seed, seed)
	}
	path := regexp.MustCompile(`^/groups/[0-9a-fA-F-]{36}/members/[0-9a-fA-F-]{36}/\$ref$`)
	f.Fuzz(func(t *testing.T, groupID, memberID string) {
		p := pair{groupID, memberID}
		if p.check(operation{}) != nil {
			return
		}
		if !path.MatchString(p.reference()) {
			t.Errorf("%q", p.reference())
		}
		for _, id := range []string{groupID, memberID} {
			if _, err := uuid.Parse(id); err != nil {
				t.Errorf("%q is no GUID", id)
			}
		}
	})
}
