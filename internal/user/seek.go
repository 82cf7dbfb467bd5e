package user

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// patience bounds the second looks for a user who should be there: a replica may not have
// heard of him yet.
const patience = 2 * time.Second

// seeker looks for one user.
type seeker struct {
	client *graph.Client
	// attribute is the argument that names the user, key what it says.
	attribute string
	key       graph.Key
	// required says that nobody is an error.
	required bool
	// properties are wanted beyond those always read.
	properties []graph.Property
}

// keys are the arguments that name a user.
func keys() map[string]graph.KeyKind {
	return map[string]graph.KeyKind{
		"object_id":           graph.ByObjectID,
		"user_principal_name": graph.ByUserPrincipalName,
		"email":               graph.ByAddress,
		"employee_id":         graph.ByEmployeeID,
	}
}

// finding is what a search came to: a user, nobody, or a fault to report.
type finding struct {
	details        *graph.UserDetails
	summary, fault string
}

func newSeeker(client *graph.Client, config map[string]attr.Value) seeker {
	s := seeker{client: client, required: true, properties: []graph.Property{graph.MailNickname, graph.LicenseAssignments}}
	for attribute, kind := range keys() {
		if text, ok := config[attribute].(types.String); ok && !text.IsNull() {
			s.attribute, s.key = attribute, graph.Key{Kind: kind, Value: text.ValueString()}
		}
	}
	if required, ok := config["required"].(types.Bool); ok && !required.IsNull() {
		s.required = required.ValueBool()
	}
	for name, property := range map[string]graph.Property{
		includeSignIns: graph.SignIns, includeLeave: graph.EmployeeLeaveDateTime,
	} {
		if wanted, ok := config[name].(types.Bool); ok && wanted.ValueBool() {
			s.properties = append(s.properties, property)
		}
	}
	slices.Sort(s.properties)
	return s
}

// asks reports whether a property is asked for.
func (s seeker) asks(property graph.Property) bool { return slices.Contains(s.properties, property) }

// seek finds the user and reads him.
func (s seeker) seek(ctx context.Context) (finding, error) {
	id, hint := s.key.Value, ""
	if s.key.Kind != graph.ByObjectID {
		holders, others, err := s.holders(ctx)
		switch {
		case err != nil:
			return finding{}, err
		case len(holders) > 1:
			return finding{summary: "Several users found", fault: fmt.Sprintf(
				"%s leads to %d users:\n%s\n\nName the one that is meant by object_id.", s.named(), len(holders), person.List(holders))}, nil
		case len(holders) == 0:
			return s.nobody(others), nil
		}
		id, hint = holders[0].ID, "It is listed, but cannot be read. "
	}
	var details graph.UserDetails
	err := graph.Poll(ctx, patience, func(ctx context.Context) (done bool, err error) {
		details, err = s.client.UserDetails(ctx, id, s.properties...)
		return !graph.IsNotFound(err), err
	})
	switch {
	case err == nil:
		return finding{details: &details}, nil
	case !graph.IsNotFound(err):
		return finding{}, err
	}
	if deleted, lookErr := s.client.DeletedUser(ctx, id); lookErr == nil {
		hint = "The user is deleted, and can be restored within 30 days:\n" + person.List([]graph.User{deleted})
	}
	return s.nobody(hint), nil
}

// holders returns who has the key; others says who else has an address.
func (s seeker) holders(ctx context.Context) (holders []graph.User, others string, err error) {
	limit := patience
	if !s.required {
		limit = 0
	}
	err = graph.Poll(ctx, limit, func(ctx context.Context) (done bool, err error) {
		if s.key.Kind == graph.ByAddress {
			match, err := s.client.LookUp(ctx, s.key.Value, "")
			holders, others = slices.Concat(match.Users, match.OtherMails), otherHolders(match)
			return err != nil || len(holders) > 0, err
		}
		found, err := s.client.FindUsers(ctx, []graph.Key{s.key})
		holders = found[s.key]
		return err != nil || len(holders) > 0, err
	})
	return holders, others, err
}

// otherHolders says who else has an address that no user has.
func otherHolders(match graph.Match) string {
	var lines []string
	if len(match.Deleted) > 0 {
		lines = append(lines, "A deleted user had it, and can be restored within 30 days:\n"+person.List(match.Deleted))
	}
	for kind, holders := range map[string][]graph.Holder{"contact": match.Contacts, "group": match.Groups} {
		for _, holder := range holders {
			lines = append(lines, fmt.Sprintf("The %s %s has it.", kind, diagnostic.Quote(holder.DisplayName)))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// named is the key for a diagnostic.
func (s seeker) named() string {
	return "The " + strings.ReplaceAll(strings.ReplaceAll(s.attribute, "_", " "), "email", "e-mail address") + " " + diagnostic.Quote(s.key.Value)
}

func (s seeker) nobody(hint string) finding {
	if !s.required {
		return finding{}
	}
	if hint != "" {
		hint += "\n\n"
	}
	return finding{summary: "User not found", fault: s.named() + " leads to no user of the tenant.\n\n" + hint +
		"With required = false this is no error: exists is false then, and everything else null."}
}
