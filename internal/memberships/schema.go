package memberships

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/membership"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

const description = "Many people, or groups and service principals, directly in one group: in addition to others, or alone.\n\n" +
	"Somebody who is in the group already is taken over. Whoever leaves `member_ids`, and everybody in it when the resource is destroyed, is taken out of the group; the people stay. " +
	"With `exclusive = true` all other people are taken out as well, but nobody whom a plan has not shown first: " +
	"the apply that creates the resource or switches `exclusive` on only adds, and the next plan lists the others in `member_ids` and `removals`. " +
	"So does an apply with ids that are known only after apply. " +
	"Nested groups, devices and service principals that are not listed stay in any case. " +
	"Groups with a dynamic membership, synchronised and mail-enabled ones are refused at plan."

// Schema describes the resource.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: map[string]schema.Attribute{
		"group_id": schema.StringAttribute{
			MarkdownDescription: "Object id of the group, a GUID. Another group means other memberships: the resource is replaced.",
			Required:            true,
			PlanModifiers:       []planmodifier.String{membership.Replaces("Another group has other memberships.")},
			Validators:          []validator.String{person.ObjectID()},
		},
		"member_ids": schema.ListAttribute{
			MarkdownDescription: "Object ids of the users, groups and service principals in the group, GUIDs; at most 5,000. Order and duplicates make no difference.",
			ElementType:         types.StringType,
			Required:            true,
			Validators:          []validator.List{validIDs{}},
		},
		"exclusive": schema.BoolAttribute{
			MarkdownDescription: "Whether all other people are taken out of the group. Default: `false`.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
		},
		"allow_empty": schema.BoolAttribute{
			MarkdownDescription: "Whether `member_ids` may be empty together with `exclusive`, which takes everybody out of the group. Default: `false`.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
		},
		"allow_role_assignable": schema.BoolAttribute{
			MarkdownDescription: "Whether the group may be one to which directory roles can be assigned. Default: `false`. Graph: `isAssignableToRole`.",
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
		},
		"removals": schema.ListAttribute{
			MarkdownDescription: "Object ids of those whom this plan takes out of the group; empty again after the next refresh.",
			ElementType:         types.StringType,
			Computed:            true,
			PlanModifiers:       []planmodifier.List{listplanmodifier.UseStateForUnknown()},
		},
		"complete": schema.BoolAttribute{
			MarkdownDescription: "Whether everybody in `member_ids` came into the group. `false` when somebody did not while others did: creating does not fail then. Turn it into a failed run with a `postcondition`; the next apply tries again.",
			Computed:            true,
			PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
		},
		"tenant_id": schema.StringAttribute{
			MarkdownDescription: "Id of the tenant the group is in, a GUID.",
			Computed:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"timeouts": membership.Timeouts(ctx, "30m"),
	}}
}

// IdentitySchema describes what tells the memberships of one group from those of another.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"tenant_id": identityschema.StringAttribute{
				Description:       "Id of the tenant, a GUID. At import it may be left out.",
				OptionalForImport: true,
			},
			"group_id": identityschema.StringAttribute{
				Description:       "Object id of the group, a GUID.",
				RequiredForImport: true,
			},
		},
	}
}
