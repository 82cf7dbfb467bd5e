package group

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

const description = "A group of the tenant, found by object id, display name or mail nickname."

const exactlyOne = "Exactly one of `object_id`, `display_name` and `mail_nickname` is required."

// Schema describes the data source.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: map[string]schema.Attribute{
		"object_id":     key("Object id of the group, a GUID. Graph: `id`. "+exactlyOne, person.ObjectID()),
		"display_name":  key("Name of the group, in any spelling of case; a name of several groups is an error. Graph: `displayName`. "+exactlyOne, person.PlainText(1, 256)),
		"mail_nickname": key("Mail alias of the group, in any spelling of case. Graph: `mailNickname`. "+exactlyOne, person.PlainText(1, 64)),
		"tenant_id":     session.TenantAttribute(),
		"kind": text("`security`, `microsoft_365`, `mail_enabled_security` or `distribution`. Microsoft Graph can write the members of the first two only. " +
			"Graph: `groupTypes`, `mailEnabled` and `securityEnabled`."),
		"description":        text("Description. Graph: `description`."),
		"mail":               text("E-mail address of the group; null when it has none. Graph: `mail`."),
		"dynamic":            flag("Whether a rule decides who is in the group, so that nobody can be added or removed by hand. Graph: `groupTypes`."),
		"membership_rule":    text("The rule that decides who is in a dynamic group; null for an assigned one. Graph: `membershipRule`."),
		"assignable_to_role": flag("Whether directory roles can be assigned to the group, so that its members may be administrators. Graph: `isAssignableToRole`."),
		"synchronised":       flag("Whether the group is synchronised from on premises, where alone it can be changed. Graph: `onPremisesSyncEnabled`."),
		"hidden_membership":  flag("Whether only applications with `Member.Read.Hidden` see who is in the group. Graph: `visibility`."),
		"visibility":         text("`Public`, `Private` or `HiddenMembership`; null for most security groups. Graph: `visibility`."),
		"licenses": schema.ListAttribute{
			MarkdownDescription: "Ids of the licences that the group hands on to its members, GUIDs, sorted. Graph: `assignedLicenses`, `skuId`.",
			ElementType:         types.StringType, Computed: true,
		},
		"created_at": text("When the group was created, RFC 3339 in UTC. Graph: `createdDateTime`."),
	}}
}

func key(description string, rule validator.String) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: description, Optional: true, Computed: true, Validators: []validator.String{rule}}
}

func text(description string) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

func flag(description string) schema.Attribute {
	return schema.BoolAttribute{MarkdownDescription: description, Computed: true}
}
