package membership_test

import (
	"strings"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/membership"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

func FuzzParseImportID(f *testing.F) {
	const id = "00000000-0000-0000-0000-00000000000A"
	for _, seed := range []string{"", "/", id, id + "/" + id, " " + id + "/" + id + "\n", id + "/" + id + "/$ref", id + "//" + id, "../" + id} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		group, member, ok := membership.ParseImportID(text)
		switch {
		case !ok && group+member != "":
			t.Errorf("%q: %q, %q", text, group, member)
		case ok && (!person.IsObjectID(group) || !person.IsObjectID(member)):
			t.Errorf("%q: %q, %q", text, group, member)
		case ok && !strings.EqualFold(strings.TrimSpace(text), group+"/"+member):
			t.Errorf("%q: %q, %q", text, group, member)
		}
	})
}
