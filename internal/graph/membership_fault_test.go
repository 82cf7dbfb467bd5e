package graph_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// Each request of a batch that fails for the moment is repeated alone.
func TestMemberWritesAreRepeated(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]graphemulator.Fault{
		"conflict":         {Status: http.StatusConflict, Code: "Directory_ConcurrencyViolation"},
		"throttled":        {Status: http.StatusTooManyRequests, RetryAfter: 1},
		"broken":           {Status: http.StatusInternalServerError},
		"broken after":     {Status: http.StatusServiceUnavailable, AfterEffect: true},
		"lost before":      {DropConnection: true},
		"lost after":       {DropConnection: true, AfterEffect: true},
		"conflict, effect": {Status: http.StatusConflict, Code: "Directory_ConcurrencyViolation", AfterEffect: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startCircle(t, graphemulator.Config{})
			people := c.people(5)
			ctx := t.Context()
			fault.Times, fault.PathRegexp = 1, `/members/.*\$ref$`
			c.AddFaults(fault)
			together(people, func(id string) {
				if err := c.client.AddMember(ctx, c.group, id, time.Time{}); err != nil {
					t.Errorf("adding: %v", err)
				}
			})
			if members := c.members(); len(members) != len(people) {
				t.Errorf("%d are in", len(members))
			}
			c.AddFaults(fault)
			together(people, func(id string) {
				if err := c.client.RemoveMember(ctx, c.group, id, time.Time{}); err != nil {
					t.Errorf("removing: %v", err)
				}
			})
			if members := c.members(); len(members) > 0 {
				t.Errorf("%d are left", len(members))
			}
		})
	}
}

// One who is refused does not hurt the others.
func TestOneAnswerPerMember(t *testing.T) {
	t.Parallel()
	c := startCircle(t, graphemulator.Config{})
	people := c.people(4)
	c.AddFaults(graphemulator.Fault{Method: http.MethodDelete, PathRegexp: people[2], Status: http.StatusForbidden})
	for _, id := range people {
		c.put(id)
	}
	together(people, func(id string) {
		err := c.client.RemoveMember(t.Context(), c.group, id, time.Time{})
		if graph.IsForbidden(err) != (id == people[2]) {
			t.Errorf("%s: %v", id, err)
		}
		if refusal, ok := graph.RefusalOf(err); ok && (refusal.Subject != id || !strings.Contains(refusal.Doing, c.group) || strings.Join(refusal.Needs, "") != "GroupMember.ReadWrite.All") {
			t.Errorf("the error says %+v", refusal)
		}
	})
	if diff := cmp.Diff(people[2:3], c.members()); diff != "" {
		t.Error(diff)
	}
}

func TestLaggingReplicas(t *testing.T) {
	t.Parallel()
	for _, hits := range []graphemulator.LagHits{graphemulator.LagSome, graphemulator.LagAll} {
		t.Run(fmt.Sprint(hits), func(t *testing.T) {
			t.Parallel()
			c := startCircle(t, graphemulator.Config{ReplicationLag: 700 * time.Millisecond, LagHits: hits}, "User.Invite.All")
			ctx := t.Context()
			invited, err := c.client.Invite(ctx, graph.Invitation{EmailAddress: "ada@partner.example", RedirectURL: "https://example.com"})
			if err != nil {
				t.Fatal(err)
			}
			// Nobody has told the client that the guest is fresh.
			if err := c.client.AddMember(ctx, c.group, invited.UserID, time.Time{}); err != nil {
				t.Fatal(err)
			}
			if err := c.client.RemoveMember(ctx, c.group, invited.UserID, c.client.Now()); err != nil {
				t.Fatal(err)
			}
			if members := c.members(); len(members) > 0 {
				t.Error("a lagging replica was believed: the member is still in")
			}
		})
	}
}

// A fresh group answers with a text of its own.
func TestFreshGroupIsWaitedFor(t *testing.T) {
	t.Parallel()
	c := startCircle(t, graphemulator.Config{})
	c.group = c.putGroup(map[string]any{"createdDateTime": time.Now().UTC().Format(time.RFC3339)})
	unknown := graphemulator.Fault{
		Method: http.MethodPost, PathRegexp: `/members/\$ref$`, Times: 3, Status: http.StatusBadRequest, Code: "Request_BadRequest",
		Message: "The source resource object or one of the objects being referenced don't exist.",
	}
	c.AddFaults(unknown)
	if err := c.client.AddMember(t.Context(), c.group, c.person("ada"), time.Time{}); err != nil {
		t.Error(err)
	}
}

// Who is not there is not waited for beyond the time there is, and is an error.
func TestAddingNobody(t *testing.T) {
	t.Parallel()
	c := startCircle(t, graphemulator.Config{})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := c.client.AddMember(ctx, c.group, nobody, time.Time{}); !graph.IsNotFound(err) {
		t.Errorf("got %v", err)
	}
}

// A write that was sent runs to its end, whoever waits for it.
func TestInterruptedWriteIsCarriedOut(t *testing.T) {
	t.Parallel()
	c := startCircle(t, graphemulator.Config{Latency: 600 * time.Millisecond})
	ada := c.person("ada")
	ctx, cancel := context.WithCancel(t.Context())
	timer := time.AfterFunc(200*time.Millisecond, cancel)
	defer timer.Stop()
	if err := c.client.AddMember(ctx, c.group, ada, time.Time{}); err != nil {
		t.Errorf("the fate of the addition is not known: %v", err)
	}
	if ctx.Err() == nil {
		t.Error("the answer came before the interruption: the test shows nothing")
	}
	if members := c.members(); len(members) != 1 {
		t.Error("the addition was cut off")
	}
	c.ResetRequests()
	if err := c.client.RemoveMember(ctx, c.group, ada, time.Time{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if sent := c.onTheWire(); sent > 0 {
		t.Error("something was sent after the interruption")
	}
}

// An interruption ends the wait between two tries.
func TestInterruptedWait(t *testing.T) {
	t.Parallel()
	c := startCircle(t, graphemulator.Config{})
	ada := c.person("ada")
	c.AddFaults(graphemulator.Fault{Method: http.MethodPost, PathRegexp: `/members/\$ref$`, Status: http.StatusTooManyRequests, RetryAfter: 300})
	ctx, cancel := context.WithCancel(t.Context())
	timer := time.AfterFunc(200*time.Millisecond, cancel)
	defer timer.Stop()
	began := time.Now()
	if err := c.client.AddMember(ctx, c.group, ada, time.Time{}); err == nil {
		t.Error("no error")
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}

// The answer to a removal is lost soon after the addition: it is not waited for again.
func TestLostRemovalOfAFreshMember(t *testing.T) {
	t.Parallel()
	c := startCircle(t, graphemulator.Config{})
	ada := c.person("ada")
	c.put(ada)
	c.AddFaults(graphemulator.Fault{Method: http.MethodDelete, PathRegexp: `/members/`, Times: 1, DropConnection: true, AfterEffect: true})
	began := time.Now()
	if err := c.client.RemoveMember(t.Context(), c.group, ada, c.Now()); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestIndexIsNotBelievedAlone(t *testing.T) {
	t.Parallel()
	c := startCircle(t, graphemulator.Config{ReplicationLag: time.Hour})
	ada := c.person("ada")
	if err := c.client.AddMember(t.Context(), c.group, ada, time.Time{}); err != nil {
		t.Fatal(err)
	}
	// One of every four requests for the relation meets the replica that lags; whichever
	// it is, either the index or the second look tells the truth.
	for range 8 {
		got, err := c.client.Standing(t.Context(), c.group, ada)
		if err != nil {
			t.Fatal(err)
		}
		if got != graph.In {
			got, err = c.client.ConfirmedStanding(t.Context(), c.group, ada)
		}
		if err != nil || got != graph.In {
			t.Errorf("%d, %v", got, err)
		}
	}
}
