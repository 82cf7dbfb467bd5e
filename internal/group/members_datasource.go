package group

import (
	"context"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// MembersDataSource is entraguest_group_members.
type MembersDataSource struct{ session.DataSource }

var _ datasource.DataSourceWithConfigure = (*MembersDataSource)(nil)

// NewMembersDataSource returns the data source, not yet configured.
func NewMembersDataSource() datasource.DataSource { return &MembersDataSource{} }

// Metadata names the data source type.
func (d *MembersDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_group_members"
}

const membersDescription = "The users and guests in a group, with their profiles. Groups, devices and applications in it are left out.\n\n" +
	"A list that may be incomplete fails the read instead of showing fewer people: a hidden membership, a permission that was lost, pages that do not follow each other."

// Schema describes the data source.
func (d *MembersDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	roll := membersRoll(nil)
	attributes := map[string]schema.Attribute{
		"group_id": schema.StringAttribute{
			MarkdownDescription: "Object id of the group, a GUID.", Required: true, Validators: []validator.String{person.ObjectID()},
		},
		"transitive": schema.BoolAttribute{
			MarkdownDescription: "Whether members of groups in the group are members, too. Graph: `transitiveMembers`. Default: `false`.", Optional: true,
		},
		"guests_only": schema.BoolAttribute{
			MarkdownDescription: "Whether only users whose `user_type` is `Guest` are shown. Default: `false`.", Optional: true,
		},
		"attributes": roll.Attribute(),
		"tenant_id":  session.TenantAttribute(),
		"timeouts":   timeoutsAttribute(ctx),
		"group_ids": schema.ListAttribute{
			MarkdownDescription: "Object ids of the groups in the group, sorted; they are not among `members`.", ElementType: types.StringType, Computed: true,
		},
	}
	maps.Copy(attributes, roll.Outputs("members", "The users in the group; `manager_id` says who manages each (null for nobody, and unless `attributes` asks for it, because it takes a request for 300 people)"))
	resp.Schema = schema.Schema{MarkdownDescription: membersDescription, Attributes: attributes}
}

func timeoutsAttribute(ctx context.Context) schema.Attribute {
	attribute := timeouts.AttributesWithOpts(ctx, timeouts.Opts{
		ReadDescription: "How long listing the members may take, as a duration such as `90s` or `10m`. Default: `5m`.",
	})
	if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
		nested.MarkdownDescription = "How long the operations may take."
		return nested
	}
	return attribute
}

// Read lists the members.
func (d *MembersDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config types.Object
	var limits timeouts.Value
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("timeouts"), &limits)...)
	limit, diags := limits.Read(ctx, session.DefaultTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	values := config.Attributes()
	tenant, _ := values["tenant_id"].(types.String)
	groupID, _ := values["group_id"].(types.String)
	client, tenantID, ok := d.Reading(ctx, tenant, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	managers := map[string]string{}
	roll := membersRoll(managers)
	if names, ok := values["attributes"].(types.List); ok {
		roll.Choose(names)
	}
	guestsOnly, _ := values["guests_only"].(types.Bool)
	transitive, _ := values["transitive"].(types.Bool)
	users, groupIDs, err := members(ctx, client, groupID.ValueString(), transitive.ValueBool(), guestsOnly.ValueBool(), roll.Properties())
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error("Listing the members of the group failed", err))
		return
	}
	if roll.Wants(person.ManagerID) {
		found, err := client.Managers(ctx, person.IDs(users))
		if err != nil {
			resp.Diagnostics.Append(diagnostic.Error("Reading the managers of the members failed", err))
			return
		}
		maps.Copy(managers, found)
	}
	values["tenant_id"] = types.StringValue(tenantID)
	values["group_ids"] = person.ShownList(groupIDs)
	resp.Diagnostics.Append(roll.Show(ctx, "members", users, nil, values)...)
	state, diags := types.ObjectValue(config.AttributeTypes(ctx), values)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}

// membersRoll is what entraguest_group_members shows of each member.
func membersRoll(managers map[string]string) *person.Roll {
	return person.NewRoll(append(person.Columns(), person.ManagerColumn(managers)))
}

// members lists the users in a group and the ids of the groups in it. A group that is not
// found is looked for again: a replica may not have heard of it yet.
func members(ctx context.Context, client *graph.Client, groupID string, transitive, guestsOnly bool, properties []graph.Property) (users []graph.User, groupIDs []string, err error) {
	if guestsOnly {
		properties = append(properties, graph.UserType)
	}
	err = graph.Poll(ctx, patience, func(ctx context.Context) (done bool, err error) {
		users = nil
		groupIDs, err = client.ListMembers(ctx, groupID, transitive, properties, func(user graph.User) {
			if !guestsOnly || user.UserType != nil && strings.EqualFold(*user.UserType, "Guest") {
				users = append(users, user)
			}
		})
		return !graph.IsNotFound(err), err
	})
	return users, groupIDs, err
}
