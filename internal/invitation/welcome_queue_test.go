package invitation_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
)

// Who waits for the mailbox longer than the resource may take is mailed all the same: a
// bulk apply waits, it does not fail.
func TestMailsWaitBeyondTheTimeout(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	mailbox(t, s.Environment)
	from := "welcome@" + s.Domain()
	s.Prepare = acceptance.FullMailbox(t, from)
	const people = 5
	config := func(trigger string) configuration {
		all := configuration{}
		for i := range people {
			one := s.greeted(textBody, attributes{"trigger": trigger}, attributes{
				"email": fmt.Sprintf("guest%d@fabrikam.example", i), "display_name": "Ada",
				"timeouts": attributes{"create": acceptance.FullMailboxTimeout, "update": acceptance.FullMailboxTimeout},
			})
			all[fmt.Sprint("guest", i)] = one["ada"]
		}
		return all
	}
	for turn := range 2 {
		s.Must(config(strconv.Itoa(turn)), options{Parallelism: people})
		s.mailed((turn + 1) * people)
		for name, object := range s.State {
			if object.Get("complete") != true || object.Text("welcome_email_status") != "accepted" {
				t.Errorf("turn %d: %s is %v, %s", turn, name, object.Get("complete"), object.Text("welcome_email_status"))
			}
		}
	}
}
