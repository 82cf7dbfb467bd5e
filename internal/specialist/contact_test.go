package specialist_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
)

// The line with the contact address is removed, and later the address is cleared: the
// first changes nothing, the second takes out this one address.
func TestContactThatIsNoLongerWrittenDown(t *testing.T) {
	t.Parallel()
	const other = "x@home.example"
	tests := map[string]struct {
		mails any
		left  []any
	}{
		"other mails left out":  {nil, []any{}},
		"no other mails":        {[]string{}, []any{}},
		"another mail":          {[]string{other}, []any{other}},
		"also among the others": {[]string{other, contact}, []any{contact, other}},
		"in another spelling":   {[]string{"JAN@fabrikam.example"}, []any{"JAN@fabrikam.example"}},
		"not known yet":         {acceptance.Unknown, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := walk(t)
			others := attributes{"other_mails": test.mails}
			if test.left == nil {
				w.must(w.jan(reached), options{})
				// What an unknown set becomes is decided at apply; the plan says so.
				plan, _ := w.mustPlan(w.jan(others), options{})
				if got := plan.Changes[0].Get("contact_email"); got != contact {
					t.Errorf("the contact is planned as %v", got)
				}
				return
			}
			w.must(w.jan(reached, others), options{})
			before := w.others()
			w.ResetRequests()
			w.settled(w.jan(others))
			w.must(w.jan(others), options{})
			if sent := w.Sent(acceptance.Writes); len(sent) > 0 || w.State["jan"].Text("contact_email") != contact {
				t.Errorf("sent %v, and the contact is %q", sent, w.State["jan"].Text("contact_email"))
			}
			if diff := cmp.Diff(before, w.others()); diff != "" {
				t.Errorf("other mails: %s", diff)
			}
			cleared := w.jan(others, attributes{"contact_email": ""})
			w.must(cleared, options{})
			w.settled(cleared)
			if diff := cmp.Diff(test.left, w.others()); diff != "" {
				t.Errorf("other mails: %s", diff)
			}
			if got := w.State["jan"].Text("contact_email"); got != "" {
				t.Errorf("the contact is %q", got)
			}
		})
	}
}
