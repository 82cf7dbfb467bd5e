package invitation_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

func TestEveryReplicaLagging(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t, func(c *graphemulator.Config) {
		c.ReplicationLag, c.LagHits = time.Second, graphemulator.LagAll
	})
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: e.Guest(profile), ConfigStateChecks: []statecheck.StateCheck{complete(true)}},
			{Config: e.Guest(strings.ReplaceAll(profile, "Analyst", "Programmer")), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate)},
		},
	})
}

// The answer to the invitation is lost after it was carried out: one guest, in state.
func TestLostAnswerToTheInvitation(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		more  attributes
		mails int
		posts int
		link  bool
	}{
		// Asking for the link again is harmless when nobody is mailed.
		"without a mail": {more: attributes{"send_invitation_message": false}, mails: 0, posts: 2, link: true},
		// A second mail would be worse than a link nobody needs: it is in the first mail.
		"with a mail": {mails: 1, posts: 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, lagging)
			s.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/invitations$`, Times: 1, DropConnection: true, AfterEffect: true})
			config := ada(test.more, attributes{"job_title": "Analyst"})
			s.MustApply(s.Plans(config, acceptance.Create))
			s.expectState(attributes{"complete": true, "origin": "invited"})
			if link := s.State["ada"].Text("redeem_url"); (link != "") != test.link {
				t.Errorf("the link is %q", link)
			}
			s.lives(address, s.guest())
			s.mailed(test.mails)
			if posts := s.Sent(func(r graphemulator.Request) bool { return r.Method == http.MethodPost }); len(posts) != test.posts {
				t.Errorf("%d invitations, want %d", len(posts), test.posts)
			}
			s.Settled(config)
			s.farewell()
		})
	}
}

// The invitation never arrived: it is sent again, after a look.
func TestLostInvitation(t *testing.T) {
	t.Parallel()
	s := newStage(t, lagging)
	s.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/invitations$`, Times: 1, Status: http.StatusServiceUnavailable})
	s.runs(ada(), acceptance.Create)
	s.expectState(attributes{"complete": true, "origin": "invited"})
	s.mailed(1)
	s.farewell()
}

func TestLostAnswersToOtherWrites(t *testing.T) {
	t.Parallel()
	s := newStage(t, lagging)
	lose := func(method string) {
		s.AddFaults(graphemulator.Fault{Method: method, PathRegexp: `/users/`, Times: 1, DropConnection: true, AfterEffect: true})
	}
	lose(http.MethodPatch)
	s.runs(ada(attributes{"job_title": "Analyst"}), acceptance.Create)
	s.expectState(attributes{"complete": true})
	lose(http.MethodPatch)
	s.runs(ada(attributes{"job_title": "Boss"}), acceptance.Update)
	lose(http.MethodDelete)
	s.farewell()
}

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/invitations$`, Times: 1, Status: http.StatusTooManyRequests, RetryAfter: 4})
	plan := s.Plans(ada(), acceptance.Create)
	start := time.Now()
	s.MustApply(plan)
	if took := time.Since(start); took < 4*time.Second {
		t.Errorf("took %s, less than Graph asked to wait", took)
	}
	s.expectState(attributes{"complete": true})
	s.mailed(1)
	s.Settled(ada())
	s.farewell()
}

func TestRetryAfterBeyondTheTimeout(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/invitations$`, Times: 1, Status: http.StatusTooManyRequests, RetryAfter: 3600})
	s.Refuses(ada(attributes{"timeouts": attributes{"create": "5s"}}), "", "wanted a pause of 1h0m0s")
	s.outside(s.NobodyLeft(nil))
}

// The manager cannot be written, and replicas lag: the guest is in the state, untainted,
// and the next apply completes it.
func TestIncompleteCreateIsFinishedLater(t *testing.T) {
	t.Parallel()
	s := newStage(t, lagging)
	config := ada(attributes{"manager_id": s.boss()})
	s.AddFaults(graphemulator.Fault{Method: http.MethodPut, PathRegexp: `/manager/`, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
	s.MustApply(s.Plans(config, acceptance.Create))
	s.expectState(attributes{"complete": false})
	if s.State["ada"].Tainted {
		t.Fatal("tainted")
	}
	id := s.guest()
	s.ClearFaults()
	s.runs(config, acceptance.Update)
	s.expectState(attributes{"complete": true})
	s.lives(address, id)
	s.outside(s.around(s.boss(), ""))
	s.mailed(1)
	s.farewell()
}

// The same with the profile, where a postcondition says that it must not be so.
func TestPostconditionOnComplete(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t)
	same := sameGuest(e)
	e.AddFaults(graphemulator.Fault{Method: http.MethodPatch, PathRegexp: `/users/`, Status: http.StatusForbidden, Code: "Authorization_RequestDenied"})
	config := e.Guest(`job_title = "Analyst"`, `
  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "The guest is not complete."
    }
  }`)
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: config, ExpectError: words("The guest is not complete.")},
			{
				PreConfig:         func() { e.ClearFaults(); e.ResetRequests() },
				Config:            config,
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{complete(true)},
				Check: resource.ComposeTestCheckFunc(same, func(*terraform.State) error {
					if mails := len(e.Mailbox()); mails != 1 {
						return fmt.Errorf("%d mails, want one", mails)
					}
					return nil
				}),
			},
		},
	})
}

// employee makes an internal account to refer to.
func employee(e *acceptance.Environment, name string) string {
	id, err := e.PutUser(e.TenantID(), map[string]any{
		"userPrincipalName": name + "@" + e.InitialDomain(), "displayName": name, "mailNickname": name, "accountEnabled": true, "userType": "Member",
		"createdDateTime": e.Now().Add(-time.Hour).UTC().Format(time.RFC3339),
	})
	if err != nil {
		panic(err)
	}
	return id
}

func guestGone(e *acceptance.Environment) error {
	for _, user := range e.Users(e.TenantID()) {
		if strings.Contains(fmt.Sprint(user["userPrincipalName"]), "#EXT#") {
			return fmt.Errorf("the guest %v is still there", user["userPrincipalName"])
		}
	}
	return nil
}

// With the right to invite and nothing else: create and refresh work, and a destroy
// that cannot be carried out offers to keep the person.
func TestInvitingPermissionAlone(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.SetRoles(s.TenantID(), s.Ready().Tenants[0].Applications[0].ClientID, []string{"User.Invite.All"})
	s.runs(ada(), acceptance.Create)
	s.expectState(attributes{"complete": true})
	id := s.guest()
	s.Refuses(configuration{}, "", `Apply on_destroy = "keep"`)
	if s.guest() != id {
		t.Fatalf("the state has %v", s.State)
	}
	s.runs(ada(attributes{"on_destroy": "keep"}), acceptance.Update)
	s.parts(id, true)
}

// Replicas lag between the steps as well, as long as Terraform takes to start.
func TestManagerAndSponsors(t *testing.T) {
	t.Parallel()
	e := acceptance.Start(t)
	boss, other, third := employee(e, "boss"), employee(e, "other"), employee(e, "third")
	check := func(manager string, sponsors ...string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			id := fmt.Sprint(e.Only(address)["id"])
			if got := e.Manager(e.TenantID(), id); got != manager {
				return fmt.Errorf("manager %q, want %q", got, manager)
			}
			got := e.Sponsors(e.TenantID(), id)
			if len(got) != len(sponsors) {
				return fmt.Errorf("sponsors %v, want %v", got, sponsors)
			}
			for _, sponsor := range sponsors {
				if !strings.Contains(fmt.Sprint(got), sponsor) {
					return fmt.Errorf("sponsors %v, want %v", got, sponsors)
				}
			}
			return nil
		}
	}
	around := func(manager string, sponsors ...string) string {
		quoted := make([]string, len(sponsors))
		for i, sponsor := range sponsors {
			quoted[i] = fmt.Sprintf("%q", sponsor)
		}
		return e.Guest(fmt.Sprintf("manager_id = %q", manager), "sponsor_ids = ["+strings.Join(quoted, ", ")+"]")
	}
	e.Test(resource.TestCase{
		Steps: []resource.TestStep{
			{Config: around(boss, boss, other), Check: check(boss, boss, other)},
			{Config: around(other, other, third), Check: check(other, other, third), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate)},
			{Config: around(""), Check: check(""), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate)},
			{Config: e.Guest(), Check: check(""), ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		},
		CheckDestroy: func(*terraform.State) error { return guestGone(e) },
	})
}

// The mail says what it should, and changing its shape later sends nothing.
func TestMessage(t *testing.T) {
	t.Parallel()
	s := newStage(t, lagging)
	s.runs(ada(attributes{"message": attributes{"language": "de-DE", "cc_recipients": []string{"boss@fabrikam.example"}}}), acceptance.Create)
	s.mailed(1)
	s.ResetRequests()
	s.runs(ada(attributes{"message": attributes{"body": "Hello"}, "redirect_url": "https://other.example", "send_invitation_message": false}), acceptance.Update)
	s.mailed(1)
	s.wrote()
	s.farewell()
}
