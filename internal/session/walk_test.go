package session_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
	"github.com/entraguest/terraform-provider-entraguest/internal/walk"
)

// remembering is a provider whose plans ask what a session remembers.
type remembering struct {
	tfprotov6.ProviderServer

	session *session.Session
	ask     func(context.Context, *session.Session) (only bool)
}

func (r remembering) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

func (r remembering) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

func (r remembering) PlanResourceChange(ctx context.Context, _ *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp := &tfprotov6.PlanResourceChangeResponse{}
	if !r.ask(ctx, r.session) {
		resp.Diagnostics = []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError}}
	}
	return resp, nil
}

// What a plan has left behind is not held against its apply in terraform test, which
// validates the module and then uses one provider for both. Elsewhere it is.
func TestWhatIsRememberedOfAnotherWalk(t *testing.T) {
	t.Parallel()
	ada := person.Instance{Type: "kind", Address: "ada@x.example", ObjectID: "0001"}
	for name, ask := range map[string]func(context.Context, *session.Session) bool{
		"claims":   func(ctx context.Context, s *session.Session) bool { return s.Photos.Plan(ctx, "ada") },
		"arriving": func(ctx context.Context, s *session.Session) bool { return s.Register.Arriving(ctx, ada) == nil },
		"leaving": func(ctx context.Context, s *session.Session) bool {
			return s.Register.Leaving(ctx, ada) == nil && s.Register.Held(ada) != nil // whoever stays is noted last
		},
	} {
		for _, inTest := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				server := walk.NewServer(func() tfprotov6.ProviderServer { return remembering{session: session.New(nil), ask: ask} })
				if _, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{}); err != nil {
					t.Fatal(err)
				}
				if inTest {
					if _, err := server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: "other"}); err != nil {
						t.Fatal(err)
					}
				}
				for _, want := range []bool{true, inTest} {
					resp, err := server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{TypeName: "kind"})
					if err != nil {
						t.Fatal(err)
					}
					if planned := diagnostic.FirstError(resp.Diagnostics) == nil; planned != want {
						t.Errorf("planned: %t, want %t", planned, want)
					}
				}
			})
		}
	}
}
