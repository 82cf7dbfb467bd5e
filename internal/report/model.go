package report

import (
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
)

// model is the configuration and the state of a report.
type model struct {
	TenantID              types.String            `tfsdk:"tenant_id"`
	MemberOf              types.String            `tfsdk:"member_of"`
	Transitive            types.Bool              `tfsdk:"transitive"`
	Title                 types.String            `tfsdk:"title"`
	AsOf                  types.String            `tfsdk:"as_of"`
	PendingDays           types.Int64             `tfsdk:"pending_days"`
	InactiveDays          types.Int64             `tfsdk:"inactive_days"`
	ExpiringDays          types.Int64             `tfsdk:"expiring_days"`
	ExpiresAt             map[string]types.String `tfsdk:"expires_at"`
	IncludePeople         types.Bool              `tfsdk:"include_people"`
	IncludeSignInActivity types.Bool              `tfsdk:"include_sign_in_activity"`
	Formats               []types.String          `tfsdk:"formats"`
	Timeouts              timeouts.Value          `tfsdk:"timeouts"`

	Total             types.Int64  `tfsdk:"total"`
	Enabled           types.Int64  `tfsdk:"enabled"`
	Disabled          types.Int64  `tfsdk:"disabled"`
	PendingLonger     types.Int64  `tfsdk:"pending_longer"`
	WithoutSponsor    types.Int64  `tfsdk:"without_sponsor"`
	NeverSignedIn     types.Int64  `tfsdk:"never_signed_in"`
	Inactive          types.Int64  `tfsdk:"inactive"`
	Expiring          types.Int64  `tfsdk:"expiring"`
	Expired           types.Int64  `tfsdk:"expired"`
	ByRedemptionState []tallyModel `tfsdk:"by_redemption_state"`
	ByDomain          []tallyModel `tfsdk:"by_domain"`
	ByCompany         []tallyModel `tfsdk:"by_company"`
	InvitedPerMonth   []monthModel `tfsdk:"invited_per_month"`
	Markdown          types.String `tfsdk:"markdown"`
	HTML              types.String `tfsdk:"html"`
	CSV               types.String `tfsdk:"csv"`
}

type tallyModel struct {
	Name  string `tfsdk:"name"`
	Count int64  `tfsdk:"count"`
}

type monthModel struct {
	Month string `tfsdk:"month"`
	Count int64  `tfsdk:"count"`
}

// Defaults of the arguments.
const (
	defaultTitle        = "Guest report"
	defaultPendingDays  = 14
	defaultInactiveDays = 90
	defaultExpiringDays = 30
)

// question is what has to be read.
func (m *model) question(dates map[string]time.Time) question {
	return question{
		groupID: m.MemberOf.ValueString(), transitive: m.Transitive.ValueBool(),
		signIns: m.IncludeSignInActivity.ValueBool(), dates: dates,
	}
}

// dates reads expires_at, by object id in lower case. Who has no date is left out.
func (m *model) dates() (map[string]time.Time, diag.Diagnostics) {
	var diags diag.Diagnostics
	dates := make(map[string]time.Time, len(m.ExpiresAt))
	for id, value := range m.ExpiresAt {
		if value.ValueString() == "" {
			continue
		}
		moment, err := time.Parse(time.RFC3339, value.ValueString())
		if err != nil {
			diags.AddAttributeError(path.Root("expires_at").AtMapKey(id), "Invalid value",
				diagnostic.Quote(value.ValueString())+" is no time of RFC 3339 such as 2027-01-31T00:00:00Z.")
			continue
		}
		dates[strings.ToLower(id)] = moment
	}
	return dates, diags
}

// rules takes the day of the report from Graph's clock, unless the configuration says.
func (m *model) rules(now time.Time) Rules {
	if m.AsOf.ValueString() == "" {
		m.AsOf = types.StringValue(date(now))
	}
	asOf, err := time.Parse(time.DateOnly, m.AsOf.ValueString())
	if err != nil {
		// The schema has checked it.
		asOf = day(now)
	}
	return Rules{
		AsOf: asOf, PendingDays: or(m.PendingDays, defaultPendingDays), InactiveDays: or(m.InactiveDays, defaultInactiveDays),
		ExpiringDays: or(m.ExpiringDays, defaultExpiringDays), SignIns: m.IncludeSignInActivity.ValueBool(), Dates: m.ExpiresAt != nil,
	}
}

func or(value types.Int64, otherwise int) int {
	if value.IsNull() {
		return otherwise
	}
	return int(value.ValueInt64())
}

// formats are the formats asked for.
func (m *model) formats() []Format {
	if m.Formats == nil {
		return []Format{Markdown}
	}
	formats := make([]Format, len(m.Formats))
	for i, format := range m.Formats {
		formats[i] = Format(format.ValueString())
	}
	return formats
}

// show fills in the numbers and what is rendered.
func (m *model) show(tenantID string, people []Person, rules Rules) {
	title := defaultTitle
	if !m.Title.IsNull() {
		title = m.Title.ValueString()
	}
	report := New(title, tenantID, rules, people, m.IncludePeople.ValueBool())
	n := report.Numbers
	m.TenantID = types.StringValue(tenantID)
	m.Total, m.Enabled = count(n.Total), count(n.Enabled)
	m.Disabled, m.PendingLonger, m.WithoutSponsor = count(n.With(Disabled)), count(n.With(PendingLonger)), count(n.With(WithoutSponsor))
	if rules.SignIns {
		m.NeverSignedIn, m.Inactive = count(n.With(NeverSignedIn)), count(n.With(Inactive))
	}
	if m.ExpiresAt != nil {
		m.Expiring, m.Expired = count(n.With(Expiring)), count(n.With(Expired))
	}
	m.ByRedemptionState, m.ByDomain, m.ByCompany = tallyModels(n.ByState), tallyModels(n.ByDomain), tallyModels(n.ByCompany)
	m.InvitedPerMonth = []monthModel{}
	for _, one := range n.PerMonth {
		m.InvitedPerMonth = append(m.InvitedPerMonth, monthModel{Month: one.Name, Count: int64(one.Count)})
	}
	formats := m.formats()
	for format, target := range map[Format]*types.String{Markdown: &m.Markdown, HTML: &m.HTML, CSV: &m.CSV} {
		*target = types.StringNull()
		if slices.Contains(formats, format) {
			*target = types.StringValue(report.Render(format))
		}
	}
}

func count(n int) types.Int64 { return types.Int64Value(int64(n)) }

func tallyModels(tallies []Tally) []tallyModel {
	models := make([]tallyModel, len(tallies))
	for i, one := range tallies {
		models[i] = tallyModel{Name: one.Name, Count: int64(one.Count)}
	}
	return models
}
