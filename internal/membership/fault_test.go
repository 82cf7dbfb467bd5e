package membership_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

// Each request fails once, or its answer is lost: the next apply at the latest completes.
func TestEachRequestFailsOnce(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]graphemulator.Fault{
		"throttled":    {Status: http.StatusTooManyRequests, RetryAfter: 1},
		"broken":       {Status: http.StatusInternalServerError},
		"broken after": {Status: http.StatusServiceUnavailable, AfterEffect: true},
		"conflict":     {Status: http.StatusConflict, Code: "Directory_ConcurrencyViolation"},
		"lost":         {DropConnection: true},
		"lost after":   {DropConnection: true, AfterEffect: true},
	} {
		for _, path := range []string{`/groups/[^/]*$`, `/members$`, `/members/\$ref$`, `/members/[^/]*/\$ref$`} {
			if fault.Status == http.StatusConflict && !strings.Contains(path, "ref") {
				continue
			}
			t.Run(name+" "+path, func(t *testing.T) {
				t.Parallel()
				w := walk(t)
				once := fault
				once.PathRegexp, once.Times = path, 1
				w.AddFaults(once)
				w.Must(w.one(), options{})
				w.expectIn(w.ada)
				w.Settled(w.one())
				w.AdvanceClock(time.Hour)
				w.ClearFaults()
				w.AddFaults(once)
				w.Must(configuration{}, options{})
				w.expectIn()
			})
		}
	}
}

// Graph never says whether the person came in.
func TestWriteOfUnknownFate(t *testing.T) {
	t.Parallel()
	w := walk(t)
	config := w.one(attributes{"timeouts": attributes{"create": "1s"}})
	plan, diags := w.Plan(t.Context(), config, options{})
	if plan == nil {
		t.Fatal(diags)
	}
	w.AddFaults(graphemulator.Fault{PathRegexp: `/members/\$ref$`, Status: http.StatusServiceUnavailable, AfterEffect: true})
	// A second look tells that the person is in.
	if diags := w.Apply(t.Context(), plan); len(diags.Errors()) > 0 || w.State["ada"].Get("active") != true {
		t.Errorf("got %s", diags)
	}
	w.ClearFaults()
	w.Must(configuration{}, options{})
	if plan, diags = w.Plan(t.Context(), config, options{}); plan == nil {
		t.Fatal(diags)
	}
	w.AddFaults(
		graphemulator.Fault{PathRegexp: `/members/\$ref$`, Status: http.StatusServiceUnavailable, AfterEffect: true},
		graphemulator.Fault{PathRegexp: `/memberOf$`, Status: http.StatusForbidden},
	)
	if diags := w.Apply(t.Context(), plan); len(diags.Errors()) > 0 || !diags.Has("is not known") || w.State["ada"].Get("active") != false {
		t.Errorf("got %s", diags)
	}
	w.ClearFaults()
	w.Settled(config)
	// Nobody came in: nothing is in the state.
	w.Must(configuration{}, options{})
	if plan, diags = w.Plan(t.Context(), config, options{}); plan == nil {
		t.Fatal(diags)
	}
	w.AddFaults(graphemulator.Fault{PathRegexp: `/members/\$ref$`, Status: http.StatusServiceUnavailable})
	if diags := w.Apply(t.Context(), plan); !diags.Errors().Has("Adding to the group failed") || len(w.State) > 0 {
		t.Errorf("got %s", diags)
	}
}

// Nothing is removed from the state when Graph refuses to remove the person.
func TestRefusedRemoval(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.Must(w.one(), options{})
	w.AddFaults(graphemulator.Fault{Method: http.MethodDelete, Status: http.StatusForbidden})
	w.Fails(configuration{}, "Removing from the group failed")
	if !w.State["ada"].Exists() {
		t.Error("the membership has left the state")
	}
	w.ClearFaults()
	w.Must(configuration{}, options{})
	w.expectIn()
}

func TestLaggingReplicas(t *testing.T) {
	t.Parallel()
	for name, hits := range map[string]graphemulator.LagHits{"some": graphemulator.LagSome, "all": graphemulator.LagAll} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := walk(t, func(c *graphemulator.Config) { c.ReplicationLag, c.LagHits = 700*time.Millisecond, hits })
			ends := attributes{"expires_at": w.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)}
			w.Must(w.one(ends), options{})
			w.Settled(w.one(ends))
			w.AdvanceClock(48 * time.Hour)
			w.Must(w.one(ends), options{})
			w.expectIn()
			w.Settled(w.one(ends))
			w.Must(w.one(), options{})
			w.Settled(w.one())
			w.Must(configuration{}, options{})
			w.expectIn()
		})
	}
}

// Groups that Terraform makes in the same apply show late, even for longer than anybody
// waits while the apply is under way.
func TestFreshGroup(t *testing.T) {
	t.Parallel()
	t.Run("soon", func(t *testing.T) {
		t.Parallel()
		w := walk(t)
		w.AddFaults(graphemulator.Fault{Method: http.MethodGet, PathRegexp: "/groups/[^/]*$", Status: http.StatusNotFound, Times: 6})
		w.Must(w.one(), options{})
		w.expectIn(w.ada)
	})
	t.Run("late", func(t *testing.T) {
		t.Parallel()
		w := walk(t)
		late := w.newGroup(nil)
		config := w.one()
		config["late"] = attributes{"group_id": late, "member_id": w.ada}
		plan, diags := w.Plan(t.Context(), config, options{})
		if plan == nil {
			t.Fatal(diags)
		}
		w.AddFaults(graphemulator.Fault{Method: http.MethodGet, PathRegexp: "/groups/" + late + "$", Status: http.StatusNotFound})
		if diags := w.Apply(t.Context(), plan); len(diags) > 0 {
			t.Error(diags)
		}
		if err := w.in(late, w.ada); err != nil {
			t.Error(err)
		}
	})
}

// Ctrl-C while an addition is under way: it is in the group and in the state.
func TestInterruptedApply(t *testing.T) {
	t.Parallel()
	w := walk(t, func(c *graphemulator.Config) { c.Latency = 500 * time.Millisecond })
	plan, diags := w.Plan(t.Context(), w.one(), options{})
	if plan == nil {
		t.Fatal(diags)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w.OnRequest(func(r graphemulator.Request) {
		if strings.HasSuffix(r.Path, "/members/$ref") {
			cancel()
		}
	})
	diags = w.Apply(ctx, plan)
	w.expectIn(w.ada)
	if object := w.State["ada"]; object.Tainted || object.Get("active") != true {
		t.Errorf("%v %s", object.Value, diags)
	}
}

// Soon after a write nothing is taken for gone.
func TestFreshMembershipStays(t *testing.T) {
	t.Parallel()
	w := walk(t)
	w.Must(w.one(attributes{"timeouts": attributes{"read": "1s"}}), options{})
	if err := w.RemoveMember(w.TenantID(), w.group, w.ada); err != nil {
		t.Fatal(err)
	}
	if diags := w.Refresh(t.Context()); !diags.Has("does not show yet") || !w.State["ada"].Exists() {
		t.Errorf("got %s", diags)
	}
}
