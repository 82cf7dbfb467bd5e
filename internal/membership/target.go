package membership

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/group"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// Permissions of which one is needed, named by the check at plan.
var (
	mayWrite       = []string{"GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"}
	mayWriteAdmins = []string{"RoleManagement.ReadWrite.Directory"}
)

// ErrProtected is the protected group: who is in it is never changed.
var ErrProtected = errors.New("this is the group of protected_group_id, and who is in it is not changed by this provider")

// Target is a group whose members a resource writes.
type Target struct {
	Session *session.Session
	GroupID string
	// AllowRoleAssignable says that a role-assignable group is meant to be changed.
	AllowRoleAssignable bool
}

// Key names a membership among the claims of the session.
func Key(groupID, memberID string) string { return strings.ToLower(groupID + "/" + memberID) }

// Refuse reports the protected group.
func (t Target) Refuse(diags *diag.Diagnostics) (refused bool) {
	if err := t.protected(); err != nil {
		diags.AddAttributeError(path.Root("group_id"), "A protected group", fmt.Sprintf("Group %s: %v.", diagnostic.Quote(t.GroupID), err))
		return true
	}
	return false
}

func (t Target) protected() error {
	if guarded := t.Session.Rules.ProtectedGroupID; guarded != "" && strings.EqualFold(guarded, t.GroupID) {
		return ErrProtected
	}
	return nil
}

// Check refuses, at plan, groups whose members cannot be written, with the reason, and
// checks the permissions. A group that may not be read is written unchecked, and so is one
// that an apply under way does not see yet.
func (t Target) Check(ctx context.Context, diags *diag.Diagnostics) (g graph.Group, ok bool) {
	if t.Refuse(diags) {
		return graph.Group{}, false
	}
	t.CheckPermission(ctx, diags)
	g, err := t.Session.FreshGroup(ctx, t.GroupID)
	switch {
	case graph.IsNotFound(err) && t.Session.Applying():
		return graph.Group{}, !diags.HasError()
	case graph.IsNotFound(err):
		diags.AddAttributeError(path.Root("group_id"), "There is no such group",
			fmt.Sprintf("No group of the tenant has the object id %s. One that was created a moment ago may need a while to show; then apply again.", diagnostic.Quote(t.GroupID)))
		return graph.Group{}, false
	case graph.IsForbidden(err):
		if t.Session.Once("forbidden group") {
			diags.Append(diagnostic.Warning("Groups cannot be checked", err, "Whether their members can be changed shows at apply."))
		}
		return graph.Group{}, !diags.HasError()
	case err != nil:
		diags.Append(diagnostic.Error("Reading the group failed", err))
		return graph.Group{}, false
	}
	if reason := group.Unwritable(g, t.AllowRoleAssignable); reason != "" {
		diags.AddAttributeError(path.Root("group_id"), "The members of this group cannot be changed", fmt.Sprintf("%s: %s", Name(g), reason))
		return g, false
	}
	if g.IsAssignableToRole != nil && *g.IsAssignableToRole {
		t.Session.CheckPermission(ctx, "changing who is in a role-assignable group", mayWriteAdmins, diags)
	}
	return g, !diags.HasError()
}

// CheckPermission reports, at plan, a missing permission to change who is in a group.
func (t Target) CheckPermission(ctx context.Context, diags *diag.Diagnostics) {
	t.Session.CheckPermission(ctx, "changing who is in a group", mayWrite, diags)
}

// Name names a group in a sentence.
func Name(g graph.Group) string {
	if g.DisplayName == nil {
		return "Group " + diagnostic.Quote(g.ID)
	}
	return fmt.Sprintf("Group %s (object id %s)", diagnostic.Quote(*g.DisplayName), g.ID)
}

// CheckMember refuses, at plan, whom the group does not take, and warns of a user who
// would come into a group with licences without a usage location. Who may not be read is
// not checked. at is the attribute with the member's id.
func (t Target) CheckMember(ctx context.Context, g graph.Group, memberID string, at path.Path, diags *diag.Diagnostics) {
	if strings.EqualFold(memberID, t.GroupID) {
		diags.AddAttributeError(at, "A group cannot be in itself", Name(g)+" is to become a member of itself.")
		return
	}
	licensed := len(g.AssignedLicenses) > 0
	if !g.Unified() && !licensed {
		return
	}
	candidate, err := t.Session.Graph.Candidate(ctx, memberID)
	switch {
	case graph.IsForbidden(err):
		return
	case err != nil:
		diags.Append(diagnostic.Error("Looking at the member failed", err))
	case candidate.Kind == "group" && g.Unified():
		diags.AddAttributeError(at, "This group takes users only",
			fmt.Sprintf("%s is a Microsoft 365 group, which takes users only; %s is a group.", Name(g), diagnostic.Quote(memberID)))
	case candidate.Kind == "user" && licensed && (candidate.UsageLocation == nil || *candidate.UsageLocation == ""):
		diags.AddAttributeWarning(at, "No usage location, no licence", fmt.Sprintf(
			"%s carries licences, and %s has no usage location: Entra assigns none of them until there is one. Set usage_location of the person.",
			Name(g), NameOf(candidate, memberID)))
	}
}

// NameOf names a candidate in a sentence.
func NameOf(candidate graph.Candidate, id string) string {
	switch {
	case candidate.UserPrincipalName != nil && candidate.DisplayName != nil:
		return fmt.Sprintf("%s (%s, object id %s)", diagnostic.Quote(*candidate.DisplayName), diagnostic.Quote(*candidate.UserPrincipalName), id)
	case candidate.UserPrincipalName != nil:
		return fmt.Sprintf("%s (object id %s)", diagnostic.Quote(*candidate.UserPrincipalName), id)
	case candidate.DisplayName != nil:
		return fmt.Sprintf("%s (object id %s)", diagnostic.Quote(*candidate.DisplayName), id)
	default:
		return diagnostic.Quote(id)
	}
}

// Listed reports whether somebody seems to be in the group already. Not being able to
// tell stops nothing; a walk that applies is past telling.
func (t Target) Listed(ctx context.Context, memberID string) bool {
	if t.Session.Applying() {
		return false
	}
	listed, err := t.Session.Graph.Indexed(ctx, t.GroupID, memberID)
	return err == nil && listed
}

// seesHidden reports whether the application sees hidden memberships. A token that does
// not list application permissions tells nothing: then it is not taken to.
func (t Target) seesHidden(ctx context.Context) bool {
	identity, err := t.Session.Identity(ctx)
	return err == nil && slices.Contains(identity.Roles, "Member.Read.Hidden")
}

// ForImport reads a group that is to be imported, and refuses one whose members cannot be
// written: it could only fail later. A role-assignable one may be imported.
func (t Target) ForImport(ctx context.Context, diags *diag.Diagnostics) (g graph.Group, ok bool) {
	if t.Refuse(diags) {
		return graph.Group{}, false
	}
	g, err := t.Session.Group(ctx, t.GroupID)
	if err != nil {
		diags.Append(diagnostic.Error("Importing failed", err))
		return graph.Group{}, false
	}
	if reason := group.Unwritable(g, true); reason != "" {
		diags.AddError("The members of this group cannot be changed", fmt.Sprintf("%s: %s", Name(g), reason))
		return g, false
	}
	return g, true
}
