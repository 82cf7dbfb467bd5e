package guests_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraguest/terraform-provider-entraguest/internal/acceptance"
	"github.com/entraguest/terraform-provider-entraguest/internal/graphemulator"
)

type (
	attributes    = acceptance.Attributes
	configuration = acceptance.Configuration
	options       = acceptance.Options
)

// steady is a directory without lag.
func steady(c *graphemulator.Config) { c.ReplicationLag = 0 }

// stage is a directory and a workspace with one entraguest_guests, "all".
type stage struct {
	*acceptance.Environment
	*acceptance.Stage
	t testing.TB
}

func newStage(t testing.TB, configure ...func(*graphemulator.Config)) *stage {
	t.Helper()
	e := acceptance.Start(t, append([]func(*graphemulator.Config){steady}, configure...)...)
	return &stage{Environment: e, Stage: e.Stage(t, "entraguest_guests"), t: t}
}

// people are guests by key.
type people map[string]attributes

// config is the configuration of the resource, with more arguments.
func config(guests people, more ...attributes) configuration {
	texts := map[string]string{}
	for key, guest := range guests {
		text, err := json.Marshal(guest)
		if err != nil {
			panic(err)
		}
		texts[key] = string(text)
	}
	all := attributes{"guests": texts}
	for _, one := range more {
		maps.Copy(all, one)
	}
	return configuration{"all": all}
}

// refused expects errors that contain the text, and that nothing is written.
func (s *stage) refused(config configuration, o options, text string) {
	s.t.Helper()
	s.ResetRequests()
	diags := s.Run(s.t.Context(), config, o)
	if !diags.Errors().Has(text) {
		s.t.Errorf("no error contains %q:\n%s", text, diags)
	}
	s.wrote()
}

// settled fails unless plans find nothing to do, with a refresh and without one.
func (s *stage) settled(config configuration) {
	s.t.Helper()
	s.Idle(config, options{NoRefresh: true})
	s.Settled(config)
}

// applied carries a configuration out and expects nothing to be left.
func (s *stage) applied(config configuration) {
	s.t.Helper()
	s.Must(config, options{})
	s.settled(config)
}

// of returns an element of a computed map, "" for none.
func (s *stage) of(name, key string) string {
	values, _ := s.State["all"].Get(name).(map[string]any)
	text, _ := values[key].(string)
	return text
}

// wrote compares the writes since the last call; ids become the keys of the guests.
func (s *stage) wrote(want ...string) {
	s.t.Helper()
	got := s.Sent(acceptance.Writes)
	s.ResetRequests()
	for i := range got {
		for key := range s.guests() {
			if id := s.of("object_ids", key); id != "" {
				got[i] = strings.ReplaceAll(got[i], id, "{"+key+"}")
			}
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		s.t.Errorf("wrote %q, want %q", got, want)
	}
}

// guests are the texts in the state.
func (s *stage) guests() map[string]any {
	values, _ := s.State["all"].Get("guests").(map[string]any)
	return values
}

// keys are the keys in the state, in order.
func (s *stage) keys() []string { return slices.Sorted(maps.Keys(s.guests())) }

// old lets what was written become old, so that reads are believed.
func (s *stage) old() { s.AdvanceClock(48 * time.Hour) }

func (s *stage) outside(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// enabled reports whether the account can sign in; missing people fail the test.
func (s *stage) enabled(id string) bool {
	s.t.Helper()
	user, ok := s.User(s.TenantID(), id)
	if !ok {
		s.t.Fatalf("the user %s is gone", id)
	}
	return user["accountEnabled"] == true
}

func deletes(r graphemulator.Request) bool { return r.Method == http.MethodDelete }

func number(n int) string { return fmt.Sprintf("k%05d", n) }
