package guests

import (
	"context"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// defaultMaxRemovals is the brake where none is written down.
const defaultMaxRemovals = 5

// maxSponsors is Graph's. Source: https://learn.microsoft.com/graph/api/user-post-sponsors.
const maxSponsors = 5

const description = "Very many guests in one resource, for synchronising whole organisations: 10,000 of them are planned in seconds and refreshed with a dozen requests. " +
	"Each guest is one element of the map `guests`, written with `jsonencode`; what becomes of a person follows the same rules as in `entraguest_invitation`. " +
	"For single guests use that resource: it shows every attribute in the plan.\n\n" +
	"A key that is renamed, with the same address, is the same person, and nothing is sent. A key that goes lets the person go as `on_removal` says; `removals` shows whom, and `max_removals` limits how many. " +
	"No change ever replaces a person, and a forced replacement of the resource is refused at plan."

// Schema describes the resource.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"guests": schema.MapAttribute{
			MarkdownDescription: "The guests, by a key of your own that stays the same for a person's life, such as the object id in the home tenant. " +
				"Each is the text of a JSON object, as `jsonencode({ email = \"ada@example.com\", job_title = \"Analyst\" })` makes it. " +
				"Required is `email`; `manager` is the key of another guest of this map, who becomes the manager as soon as both are there; for anybody else write `manager_id`. `expires_at`, `existing_user_id` and `justification` mean what they mean in `entraguest_invitation`, and so do the attributes of the profile: `" +
				strings.Join(profileNames(), "`, `") + "`. Attributes left out, or null, are not managed; `\"\"` clears. An attribute that is not known is an error.",
			ElementType: types.StringType,
			Required:    true,
		},
		"timeouts": timeoutsAttribute(ctx),
	}
	maps.Copy(attributes, settings())
	maps.Copy(attributes, results())
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: attributes}
}

// profileNames are the attributes of a guest's profile.
func profileNames() []string {
	var names []string
	for _, name := range fieldNames() {
		if fields()[name].index >= 0 {
			names = append(names, name)
		}
	}
	return names
}

// settings are what all guests share.
func settings() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"on_removal": schema.StringAttribute{
			MarkdownDescription: "What happens to a person whose key goes, and to all when the resource is destroyed: `disable` sets `account_enabled` to false, `keep` changes nothing, `delete` moves to the deleted items for 30 days, also whom this resource did not invite. Default: `disable`. " +
				"**When the resource is destroyed the value in the state counts: apply a change first.**",
			Optional:   true,
			Computed:   true,
			Default:    stringdefault.StaticString(removalDisable),
			Validators: []validator.String{stringvalidator.OneOf(removalDisable, removalKeep, removalDelete)},
		},
		"max_removals": schema.Int64Attribute{
			MarkdownDescription: "How many persons one plan may disable or delete because their keys go, or the resource; one more fails the plan. -1 means any number. Default: 5. The limit of the provider counts as well. " +
				"**When the resource is destroyed the value in the state counts: apply a change first.**",
			Optional:   true,
			Computed:   true,
			Default:    int64default.StaticInt64(defaultMaxRemovals),
			Validators: []validator.Int64{int64validator.AtLeast(-1)},
		},
		"redirect_url": schema.StringAttribute{
			MarkdownDescription: "Where people land after accepting: an http or https URL. Default: `redirect_url` of the provider, else the tenant's My Apps page. A change is used by the next invitation and sends nothing. Graph: `inviteRedirectUrl`.",
			Optional:            true,
			Validators:          []validator.String{person.WebAddress()},
		},
		"send_invitation_message": schema.BoolAttribute{
			MarkdownDescription: "Whether Microsoft mails the invitations. Default: `false`: people who are synchronised need not be asked one by one. A change sends nothing. Graph: `sendInvitationMessage`.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
		},
		"existing_user": schema.StringAttribute{
			MarkdownDescription: "What to do when a guest with the address is there already: `adopt` takes the person over, changing only what is written down and mailing nobody, `error` fails the plan. Default: `adopt`.",
			Optional:            true,
			Computed:            true,
			Default:             stringdefault.StaticString(existingAdopt),
			Validators:          []validator.String{stringvalidator.OneOf(existingAdopt, existingError)},
		},
		"restore_deleted": schema.BoolAttribute{
			MarkdownDescription: "Whether a deleted guest with the address is restored, with the old memberships and licences, instead of invited anew. Default: `false`.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
		},
		"allow_move": schema.BoolAttribute{
			MarkdownDescription: "Whether people whom this resource did not invite may be moved to another `email`. Default: `false`.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
		},
		"sponsor_ids": schema.SetAttribute{
			MarkdownDescription: "Object ids of the users or groups who answer for all guests that have no `sponsor_ids` of their own, at most 5. Sent with the invitation. Graph: `sponsors`. Left out, sponsors are not managed.",
			ElementType:         types.StringType,
			Optional:            true,
			Validators:          []validator.Set{setvalidator.SizeAtMost(maxSponsors), setvalidator.ValueStringsAre(person.ObjectID())},
		},
		"group_ids": schema.SetAttribute{
			MarkdownDescription: "Object ids of groups every guest is put into, at most 20. Who has left one is put back. A group taken off the list keeps its members; use `entraguest_group_memberships` where a group is to hold certain people and no others.",
			ElementType:         types.StringType,
			Optional:            true,
			Validators:          []validator.Set{setvalidator.SizeAtMost(maxGroups), setvalidator.ValueStringsAre(person.ObjectID())},
		},
	}
}

// results are what only Graph, or the provider, sets.
func results() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"tenant_id": schema.StringAttribute{
			MarkdownDescription: "Id of the tenant the accounts are in, a GUID.",
			Computed:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"object_ids":        resultMap("Object id of each guest, a GUID, by key. It never changes. Null for a guest who could not be invited yet. Graph: `id`."),
		"origins":           resultMap("How each guest came here, by key: `invited` by this resource, `adopted` because the person was in the directory already, `restored` from the deleted items, or `imported`."),
		"redemption_states": resultMap("`PendingAcceptance` until a guest accepts, then `Accepted`, by key; null for guests who came by other ways. Graph: `externalUserState`."),
		"expired":           resultMap("The guests whose time is over and whose accounts are disabled for it: key to the `expires_at` that has passed, by Graph's clock at the last refresh."),
		"incomplete":        resultMap("The guests for whom not everything written down has reached the directory: key to the reason. The next apply continues."),
		"removals":          resultMap("Whom this plan lets go: old key to what happens to whom. The next refresh empties it."),
		"removal_count": schema.Int64Attribute{
			MarkdownDescription: "How many persons this plan disables or deletes because their keys go. Policies that count destroyed resources do not see them; let them look here. The next refresh sets it to 0.",
			Computed:            true,
			PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
		},
		"complete": schema.BoolAttribute{
			MarkdownDescription: "Whether `incomplete` is empty. Creating never fails once somebody is there, because Terraform would destroy everybody in the next apply. Turn it into a failed run with a `postcondition`.",
			Computed:            true,
			PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
		},
	}
}

func resultMap(text string) schema.MapAttribute {
	return schema.MapAttribute{
		MarkdownDescription: text,
		ElementType:         types.StringType,
		Computed:            true,
		PlanModifiers:       []planmodifier.Map{mapplanmodifier.UseStateForUnknown()},
	}
}

func timeoutsAttribute(ctx context.Context) schema.Attribute {
	describe := func(of, most string) string {
		return "How long " + of + " may take, as a duration such as `90m`. Default: `" + most + "`."
	}
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, Read: true, Update: true, Delete: true,
		CreateDescription: describe("inviting all guests", "4h"),
		ReadDescription:   describe("reading all guests", "30m"),
		UpdateDescription: describe("changing the guests", "4h"),
		DeleteDescription: describe("letting all guests go", "4h"),
	})
	if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
		nested.MarkdownDescription = "How long the operations may take. Graph takes about 20 writes a second, and a guest with a profile needs two."
		return nested
	}
	return attribute
}
