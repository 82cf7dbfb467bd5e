package person

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Profile is the part of a resource's model that describes the person. Embed it in the
// model of a resource whose schema contains Attributes().
//
// Null means unmanaged, "" and empty collections mean cleared.
type Profile struct {
	DisplayName       types.String `tfsdk:"display_name"`
	GivenName         types.String `tfsdk:"given_name"`
	Surname           types.String `tfsdk:"surname"`
	JobTitle          types.String `tfsdk:"job_title"`
	Department        types.String `tfsdk:"department"`
	CompanyName       types.String `tfsdk:"company_name"`
	EmployeeID        types.String `tfsdk:"employee_id"`
	EmployeeType      types.String `tfsdk:"employee_type"`
	CostCenter        types.String `tfsdk:"cost_center"`
	Division          types.String `tfsdk:"division"`
	MobilePhone       types.String `tfsdk:"mobile_phone"`
	BusinessPhone     types.String `tfsdk:"business_phone"`
	OfficeLocation    types.String `tfsdk:"office_location"`
	StreetAddress     types.String `tfsdk:"street_address"`
	City              types.String `tfsdk:"city"`
	State             types.String `tfsdk:"state"`
	PostalCode        types.String `tfsdk:"postal_code"`
	Country           types.String `tfsdk:"country"`
	UsageLocation     types.String `tfsdk:"usage_location"`
	PreferredLanguage types.String `tfsdk:"preferred_language"`

	OtherMails            types.Set    `tfsdk:"other_mails"`
	ExtensionAttributes   types.Map    `tfsdk:"extension_attributes"`
	EmployeeLeaveDateTime types.String `tfsdk:"employee_leave_date_time"`

	AccountEnabled types.Bool   `tfsdk:"account_enabled"`
	UserType       types.String `tfsdk:"user_type"`

	ManagerID  types.String `tfsdk:"manager_id"`
	SponsorIDs types.Set    `tfsdk:"sponsor_ids"`
}

// set reports whether a value is written down: neither left out nor unknown.
func set(value interface {
	IsNull() bool
	IsUnknown() bool
},
) bool {
	return !value.IsNull() && !value.IsUnknown()
}
