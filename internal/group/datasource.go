package group

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

// DataSource is entraguest_group.
type DataSource struct{ session.DataSource }

var (
	_ datasource.DataSourceWithConfigure        = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*DataSource)(nil)
)

// NewDataSource returns the data source, not yet configured.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// model is what the data source shows.
type model struct {
	ObjectID         types.String `tfsdk:"object_id"`
	DisplayName      types.String `tfsdk:"display_name"`
	MailNickname     types.String `tfsdk:"mail_nickname"`
	TenantID         types.String `tfsdk:"tenant_id"`
	Kind             types.String `tfsdk:"kind"`
	Description      types.String `tfsdk:"description"`
	Mail             types.String `tfsdk:"mail"`
	Dynamic          types.Bool   `tfsdk:"dynamic"`
	MembershipRule   types.String `tfsdk:"membership_rule"`
	AssignableToRole types.Bool   `tfsdk:"assignable_to_role"`
	Synchronised     types.Bool   `tfsdk:"synchronised"`
	HiddenMembership types.Bool   `tfsdk:"hidden_membership"`
	Visibility       types.String `tfsdk:"visibility"`
	Licenses         types.List   `tfsdk:"licenses"`
	CreatedAt        types.String `tfsdk:"created_at"`
}

// Metadata names the data source type.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_group"
}

// ConfigValidators demand one name for the group.
func (d *DataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(
		path.MatchRoot("object_id"), path.MatchRoot("display_name"), path.MatchRoot("mail_nickname"))}
}

// patience bounds the second looks for a group that should be there: a replica may not have
// heard of it yet.
const patience = 2 * time.Second

// Read finds the group.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	client, tenantID, ok := d.Reading(ctx, m.TenantID, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, session.DefaultTimeout)
	defer cancel()
	attribute, name := m.named()
	var found []graph.Group
	err := graph.Poll(ctx, patience, func(ctx context.Context) (done bool, err error) {
		found, err = find(ctx, client, attribute, name)
		return err != nil || len(found) > 0, err
	})
	switch {
	case err != nil:
		resp.Diagnostics.Append(diagnostic.Error("Looking for the group failed", err))
		return
	case len(found) == 0:
		resp.Diagnostics.AddAttributeError(path.Root(attribute), "Group not found",
			fmt.Sprintf("No group of the tenant has the %s %s.", strings.ReplaceAll(attribute, "_", " "), diagnostic.Quote(name)))
		return
	case len(found) > 1:
		resp.Diagnostics.AddAttributeError(path.Root(attribute), "Several groups found",
			fmt.Sprintf("%d groups have the %s %s:\n%s\n\nName the one that is meant by object_id.",
				len(found), strings.ReplaceAll(attribute, "_", " "), diagnostic.Quote(name), list(found)))
		return
	}
	m.TenantID = types.StringValue(tenantID)
	m.show(found[0])
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// named returns the argument that names the group, and what it says.
func (m *model) named() (attribute, name string) {
	switch {
	case !m.ObjectID.IsNull():
		return "object_id", m.ObjectID.ValueString()
	case !m.DisplayName.IsNull():
		return "display_name", m.DisplayName.ValueString()
	default:
		return "mail_nickname", m.MailNickname.ValueString()
	}
}

// find returns the groups of a name; that none has an object id is no error either.
func find(ctx context.Context, client *graph.Client, attribute, name string) ([]graph.Group, error) {
	switch attribute {
	case "display_name":
		return client.GroupsByDisplayName(ctx, name)
	case "mail_nickname":
		return client.GroupsByMailNickname(ctx, name)
	}
	group, err := client.Group(ctx, name)
	switch {
	case graph.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return []graph.Group{group}, nil
}

// show fills the model; the argument that names the group keeps its spelling.
func (m *model) show(g graph.Group) {
	attribute, name := m.named()
	m.ObjectID = types.StringValue(g.ID)
	m.DisplayName = types.StringPointerValue(g.DisplayName)
	m.MailNickname = types.StringPointerValue(g.MailNickname)
	*map[string]*types.String{
		"object_id": &m.ObjectID, "display_name": &m.DisplayName, "mail_nickname": &m.MailNickname,
	}[attribute] = types.StringValue(name)
	m.Kind = types.StringValue(kindOf(g))
	m.Description = types.StringPointerValue(g.Description)
	m.Mail = types.StringPointerValue(g.Mail)
	m.Dynamic = types.BoolValue(g.Dynamic())
	m.MembershipRule = types.StringPointerValue(g.MembershipRule)
	m.AssignableToRole = types.BoolValue(g.IsAssignableToRole != nil && *g.IsAssignableToRole)
	m.Synchronised = types.BoolValue(g.OnPremisesSyncEnabled != nil && *g.OnPremisesSyncEnabled)
	m.HiddenMembership = types.BoolValue(g.HiddenMembership())
	m.Visibility = types.StringPointerValue(g.Visibility)
	var licenses []string
	for _, license := range g.AssignedLicenses {
		licenses = append(licenses, license.SkuID)
	}
	m.Licenses = person.ShownList(licenses)
	m.CreatedAt = person.ShownTime(g.CreatedDateTime)
}

// shownGroups is how many groups of one name an error lists.
const shownGroups = 20

// list names groups in a diagnostic, one a line.
func list(groups []graph.Group) string {
	var lines []string
	for i, g := range groups {
		if i == shownGroups {
			lines = append(lines, fmt.Sprintf("  and %d more", len(groups)-shownGroups))
			break
		}
		line := "  " + g.ID + ", " + kindOf(g)
		if g.Mail != nil {
			line += ", " + diagnostic.Quote(*g.Mail)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
