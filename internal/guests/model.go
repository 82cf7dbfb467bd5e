package guests

import (
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/account"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// model is the configuration, plan and state of all guests together.
type model struct {
	Guests                types.Map      `tfsdk:"guests"`
	OnRemoval             types.String   `tfsdk:"on_removal"`
	MaxRemovals           types.Int64    `tfsdk:"max_removals"`
	RedirectURL           types.String   `tfsdk:"redirect_url"`
	SendInvitationMessage types.Bool     `tfsdk:"send_invitation_message"`
	ExistingUser          types.String   `tfsdk:"existing_user"`
	RestoreDeleted        types.Bool     `tfsdk:"restore_deleted"`
	AllowMove             types.Bool     `tfsdk:"allow_move"`
	SponsorIDs            types.Set      `tfsdk:"sponsor_ids"`
	GroupIDs              types.Set      `tfsdk:"group_ids"`
	Timeouts              timeouts.Value `tfsdk:"timeouts"`

	TenantID         types.String `tfsdk:"tenant_id"`
	ObjectIDs        types.Map    `tfsdk:"object_ids"`
	Origins          types.Map    `tfsdk:"origins"`
	RedemptionStates types.Map    `tfsdk:"redemption_states"`
	Expired          types.Map    `tfsdk:"expired"`
	Incomplete       types.Map    `tfsdk:"incomplete"`
	Complete         types.Bool   `tfsdk:"complete"`
	Removals         types.Map    `tfsdk:"removals"`
	RemovalCount     types.Int64  `tfsdk:"removal_count"`
}

// Values of on_removal, and of existing_user.
const (
	removalDisable = person.OnDestroyDisable
	removalKeep    = person.OnDestroyKeep
	removalDelete  = person.OnDestroyDelete

	existingAdopt = "adopt"
	existingError = "error"
)

// guest is one person of the resource.
type guest struct {
	account.Record

	key string
	// raw is the text in the configuration or the state, entry what it says.
	raw        string
	entry      *entry
	redemption types.String
	// expired is the date that passed and was acted on, or "".
	expired string
	// lack is why the person is not complete, or "".
	lack     string
	evidence person.Evidence
	disabled bool
	// managerID is that of the manager whom entry names by key; see entry.managerID.
	managerID types.String
}

// subject is the person for the steps shared with other resources.
func (g *guest) subject() account.Subject {
	return account.Subject{Record: &g.Record, Key: g.entry.Email}
}

// profile is what is known of the person: what the entry mentions, the shared sponsors,
// and whether the account is enabled.
func (g *guest) profile(sponsors types.Set) person.Profile {
	profile := withSponsors(g.entry.Profile, sponsors)
	profile.AccountEnabled = types.BoolValue(!g.disabled)
	return profile
}

// expected is what the directory should show of the person.
func (g *guest) expected(sponsors types.Set) person.Profile {
	profile := withSponsors(g.entry.Profile, sponsors)
	if !g.managerID.IsNull() {
		profile.ManagerID = g.managerID
	}
	return profile
}

// withSponsors fills in the sponsors of those who have none of their own.
func withSponsors(profile person.Profile, sponsors types.Set) person.Profile {
	if profile.SponsorIDs.IsNull() && !sponsors.IsUnknown() {
		profile.SponsorIDs = sponsors
	}
	return profile
}

// people takes the guests who are there out of a state. A guest without an object id was
// never made.
func (m *model) people(known notes) map[string]*guest {
	ids, origins, redemptions := texts(m.ObjectIDs), texts(m.Origins), texts(m.RedemptionStates)
	expired, lacks := texts(m.Expired), texts(m.Incomplete)
	people := make(map[string]*guest, len(ids))
	for key, raw := range texts(m.Guests) {
		id := ids[key]
		if id == "" {
			continue
		}
		e, _ := decode(raw) // what is in the state was checked when it came there
		g := &guest{key: key, raw: raw, entry: e, redemption: text(redemptions[key]), expired: expired[key], lack: lacks[key]}
		g.ObjectID, g.TenantID, g.Origin = types.StringValue(id), m.TenantID, types.StringValue(origins[key])
		g.OnDestroy, g.ExpiresAt = m.OnRemoval, e.ExpiresAt
		g.Expired, g.Complete = types.BoolValue(g.expired != ""), types.BoolValue(g.lack == "")
		known.of(g)
		people[key] = g
	}
	here := matching{stays: people}
	for _, g := range people {
		if g.managerID = g.entry.managerID(here.objectID); g.managerID.IsUnknown() {
			g.managerID = types.StringNull()
		}
	}
	return people
}

// show fills the computed attributes in from people.
func (m *model) show(people map[string]*guest) {
	raws, ids, origins := map[string]attr.Value{}, map[string]attr.Value{}, map[string]attr.Value{}
	redemptions, expired, lacks := map[string]attr.Value{}, map[string]attr.Value{}, map[string]attr.Value{}
	for key, g := range people {
		raws[key], redemptions[key] = types.StringValue(g.raw), g.redemption
		ids[key], origins[key] = g.ObjectID, g.Origin
		if g.expired != "" {
			expired[key] = types.StringValue(g.expired)
		}
		if g.lack != "" {
			lacks[key] = types.StringValue(g.lack)
		}
	}
	m.Guests, m.ObjectIDs, m.Origins, m.RedemptionStates = mapOf(raws), mapOf(ids), mapOf(origins), mapOf(redemptions)
	m.Expired, m.Incomplete, m.Complete = mapOf(expired), mapOf(lacks), types.BoolValue(len(lacks) == 0)
}

// texts returns the known texts of a map.
func texts(values types.Map) map[string]string {
	result := map[string]string{}
	for key, value := range values.Elements() {
		if one, ok := value.(types.String); ok && !one.IsNull() && !one.IsUnknown() {
			result[key] = one.ValueString()
		}
	}
	return result
}

func mapOf(values map[string]attr.Value) types.Map {
	return types.MapValueMust(types.StringType, values)
}

// text is null for "".
func text(value string) types.String {
	if value == "" {
		return types.StringNull()
	}
	return types.StringValue(value)
}

// ids returns the known texts of a set, in order and lower case.
func ids(values types.Set) []string {
	var result []string
	for _, value := range values.Elements() {
		if one, ok := value.(types.String); ok && !one.IsUnknown() {
			result = append(result, strings.ToLower(one.ValueString()))
		}
	}
	slices.Sort(result)
	return result
}
