package guests

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// ImportState takes over all guests of a group, "group:" and its object id, or with an
// address of a domain, "domain:" and its name. Their keys are their object ids. Nothing
// in the directory changes.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	ctx, cancel := session.Deadline(ctx, readTimeout)
	defer cancel()
	signedIn, ok := r.Session.ForImport(ctx, "", &resp.Diagnostics)
	if !ok {
		return
	}
	belongs, ok := r.selection(ctx, req.ID, &resp.Diagnostics)
	if !ok {
		return
	}
	found, left := map[string]string{}, []string{}
	err := r.Session.Graph.ListExternal(ctx, func(user graph.User) {
		if !belongs(user) {
			return
		}
		if fault := r.unfit(ctx, user); fault != "" {
			left = append(left, "  "+person.Describe(user)+" "+fault)
			return
		}
		found[user.ID] = person.AddressOf(user)
	})
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Importing failed", err))
		return
	}
	warnLeft(left, &resp.Diagnostics)
	if len(found) == 0 {
		resp.Diagnostics.AddError("There is nobody to import", diagnostic.Quote(req.ID)+" leads to no guest who can be imported.")
		return
	}
	begin(ctx, found, signedIn.TenantID, resp)
}

// selection reads the import id.
func (r *Resource) selection(ctx context.Context, id string, diags *diag.Diagnostics) (belongs func(graph.User) bool, ok bool) {
	groupID, domain, ok := parseImportID(id)
	switch {
	case !ok:
		diags.AddError("Invalid import id", diagnostic.Quote(id)+" is neither group:OBJECT_ID, all guests directly in a group, nor domain:NAME, all guests with an address of that domain.")
		return nil, false
	case groupID != "":
		members, err := r.Session.Graph.DirectMembers(ctx, groupID)
		if err != nil {
			diags.Append(diagnostic.Error("Importing failed", err))
			return nil, false
		}
		in := make(map[string]bool, len(members))
		for _, member := range members {
			in[strings.ToLower(member.ID)] = true
		}
		return func(user graph.User) bool { return in[strings.ToLower(user.ID)] }, true
	default:
		return func(user graph.User) bool {
			_, at, _ := strings.Cut(person.AddressOf(user), "@")
			return strings.EqualFold(at, domain)
		}, true
	}
}

// parseImportID returns the group or the domain of an import id, and "" for the other one;
// ok is false when it names neither.
func parseImportID(id string) (groupID, domain string, ok bool) {
	kind, what, _ := strings.Cut(strings.TrimSpace(id), ":")
	switch kind {
	case "group":
		groupID, ok = person.ObjectKey(what)
	case "domain":
		domain, ok = what, what != ""
	}
	return groupID, domain, ok
}

// unfit returns why somebody cannot be imported, or "".
func (r *Resource) unfit(ctx context.Context, user graph.User) string {
	address := person.AddressOf(user)
	switch {
	case !person.IsExternal(user):
		return "is an account of this tenant, and no guest."
	case address == "":
		return "has no address."
	case user.OnPremisesSyncEnabled != nil && *user.OnPremisesSyncEnabled:
		return "is synchronised from on premises."
	}
	if fault := r.Session.Rules.Domains.Refuse(address); fault != "" {
		return "has an address that " + fault + "."
	}
	protected, err := r.Session.Protected(ctx, user.ID)
	switch {
	case err != nil:
		return "cannot be held against the protected group: " + diagnostic.Quote(err.Error()) + "."
	case protected:
		return "is in the protected group."
	}
	return ""
}

func warnLeft(left []string, diags *diag.Diagnostics) {
	if len(left) == 0 {
		return
	}
	slices.Sort(left)
	text := fmt.Sprintf("%d people are left out:\n", len(left)) + strings.Join(left[:min(inFull, len(left))], "\n")
	if len(left) > inFull {
		text += fmt.Sprintf("\n  and %d more", len(left)-inFull)
	}
	diags.AddWarning("Some people are not imported", text)
}

// begin stores the beginnings of the state. The read that follows brings the rest.
func begin(ctx context.Context, found map[string]string, tenantID string, resp *resource.ImportStateResponse) {
	guests, objects, origins := map[string]string{}, map[string]string{}, map[string]string{}
	people := map[string]note{}
	for id, address := range found {
		guests[id], objects[id], origins[id] = encode(map[string]any{nameEmail: address}), id, string(person.Imported)
		people[strings.ToLower(id)] = note{Evidence: person.Evidence{Quiet: true}}
	}
	none := map[string]string{}
	values := map[string]any{
		"guests": guests, "object_ids": objects, "origins": origins, "redemption_states": none, "expired": none, "incomplete": none, "removals": none,
		"removal_count": int64(0), "complete": true, "tenant_id": tenantID,
		"on_removal": removalDisable, "max_removals": int64(defaultMaxRemovals), "send_invitation_message": false,
		"existing_user": existingAdopt, "restore_deleted": false, "allow_move": false,
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), values[name])...)
	}
	resp.Diagnostics.Append(notes{Fresh: true, People: people}.save(ctx, resp.Private)...)
}
