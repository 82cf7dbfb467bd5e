package guests

import (
	"strings"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// An import id names one group or one domain, as written, or nothing.
func FuzzParseImportID(f *testing.F) {
	const id = "00000000-0000-0000-0000-00000000000A"
	for _, seed := range []string{
		"", ":", "group:", "domain:", "group:" + id, " group:" + id + "\n", "group:" + id + "/members", "Group:" + id, id, " domain:x.example\n", "domain:müller.example",
		"domain:o'brien#x?&$top=1", "domain:" + strings.Repeat("x", 250), "domain:group:" + id, "group:domain:x.example", "domain:\xff\x00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		groupID, domain, ok := parseImportID(text)
		trimmed := strings.TrimSpace(text)
		switch {
		case !ok && groupID+domain != "", ok && (groupID == "") == (domain == ""):
			t.Errorf("%q: %q, %q, %v", text, groupID, domain, ok)
		case groupID != "" && (!person.IsObjectID(groupID) || strings.ToLower(groupID) != groupID):
			t.Errorf("%q is taken for the group %q", text, groupID)
		case domain != "" && trimmed != "domain:"+domain:
			t.Errorf("%q is taken for the domain %q", text, domain)
		case !ok && strings.HasPrefix(trimmed, "domain:") && trimmed != "domain:":
			t.Errorf("%q is refused", text)
		}
	})
}
