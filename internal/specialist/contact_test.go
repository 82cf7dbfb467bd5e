package specialist_test

import (
	"cmp"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

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
				w.Must(w.jan(reached), options{})
				// What an unknown set becomes is decided at apply; the plan says so.
				plan := w.MustPlan(w.jan(others), options{})
				if got := plan.Changes[0].Get("contact_email"); got != contact {
					t.Errorf("the contact is planned as %v", got)
				}
				return
			}
			w.Must(w.jan(reached, others), options{})
			before := w.others()
			w.ResetRequests()
			w.Settled(w.jan(others))
			w.Must(w.jan(others), options{})
			if sent := w.Sent(acceptance.Writes); len(sent) > 0 || w.State["jan"].Text("contact_email") != contact {
				t.Errorf("sent %v, and the contact is %q", sent, w.State["jan"].Text("contact_email"))
			}
			if diff := gocmp.Diff(before, w.others()); diff != "" {
				t.Errorf("other mails: %s", diff)
			}
			cleared := w.jan(others, attributes{"contact_email": ""})
			w.Must(cleared, options{})
			w.Settled(cleared)
			if diff := gocmp.Diff(test.left, w.others()); diff != "" {
				t.Errorf("other mails: %s", diff)
			}
			if got := w.State["jan"].Text("contact_email"); got != "" {
				t.Errorf("the contact is %q", got)
			}
		})
	}
}

// Which of the other mails is the contact address an import knows only when it was found
// by it. What the configuration leaves out is not touched.
func TestContactOfAnImport(t *testing.T) {
	t.Parallel()
	for name, by := range map[string]string{"by name": "", "by contact address": contact} {
		for without, wanted := range map[string]attributes{"written down": reached, "left out": nil, "as another mail": {"other_mails": []string{contact}}} {
			t.Run(name+", "+without, func(t *testing.T) {
				t.Parallel()
				w := walk(t)
				full := "jan.novak@" + w.Domain()
				put(t, w.Environment, map[string]any{
					"userPrincipalName": full, "displayName": "Jan Novak", "givenName": "Jan", "surname": "Novak", "otherMails": []any{contact},
				})
				if errs := w.Import(t.Context(), "jan", cmp.Or(by, full)).Errors(); len(errs) > 0 {
					t.Fatal(errs)
				}
				if got := w.State["jan"].Text("contact_email"); got != by {
					t.Errorf("the contact is %q", got)
				}
				if wanted == nil {
					w.Settled(w.jan())
				}
				w.Must(w.jan(wanted), options{})
				w.Settled(w.jan(wanted))
				if diff := gocmp.Diff([]any{contact}, w.others()); diff != "" {
					t.Errorf("other mails: %s", diff)
				}
				// Another contact address replaces the one that was there as such, and no other.
				w.Must(w.jan(wanted, attributes{"contact_email": "novak@home.example"}), options{})
				left := []any{contact, "novak@home.example"}
				if by != "" && without != "as another mail" || without == "written down" {
					left = left[1:]
				}
				if diff := gocmp.Diff(left, w.others()); diff != "" {
					t.Errorf("other mails: %s", diff)
				}
			})
		}
	}
}
