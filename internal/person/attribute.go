package person

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// text is a profile attribute that is one string in Graph. Schema, validation, reading
// and writing are all driven by the one table of them.
type text struct {
	name        string         // in Terraform
	property    graph.Property // in Graph
	limit       int            // characters, https://learn.microsoft.com/graph/api/resources/user#properties
	description string
	required    bool // Graph cannot clear it
	model       func(*Profile) *types.String
	graph       func(*graph.User) **string
}

var texts = []text{
	{
		name: "display_name", property: graph.DisplayName, limit: 256, required: true,
		description: "Name shown in the address book. Sent with the invitation; Graph makes one up from the address when it is left out.",
		model:       func(p *Profile) *types.String { return &p.DisplayName },
		graph:       func(u *graph.User) **string { return &u.DisplayName },
	},
	{
		name: "given_name", property: "givenName", limit: 64, description: "First name.",
		model: func(p *Profile) *types.String { return &p.GivenName },
		graph: func(u *graph.User) **string { return &u.GivenName },
	},
	{
		name: "surname", property: "surname", limit: 64, description: "Last name.",
		model: func(p *Profile) *types.String { return &p.Surname },
		graph: func(u *graph.User) **string { return &u.Surname },
	},
	{
		name: "job_title", property: "jobTitle", limit: 128, description: "Job title.",
		model: func(p *Profile) *types.String { return &p.JobTitle },
		graph: func(u *graph.User) **string { return &u.JobTitle },
	},
	{
		name: "department", property: "department", limit: 64, description: "Department.",
		model: func(p *Profile) *types.String { return &p.Department },
		graph: func(u *graph.User) **string { return &u.Department },
	},
	{
		name: "company_name", property: "companyName", limit: 64, description: "Company the person works for.",
		model: func(p *Profile) *types.String { return &p.CompanyName },
		graph: func(u *graph.User) **string { return &u.CompanyName },
	},
	{
		name: "employee_id", property: "employeeId", limit: 16, description: "Identifier the organisation gives the person.",
		model: func(p *Profile) *types.String { return &p.EmployeeID },
		graph: func(u *graph.User) **string { return &u.EmployeeID },
	},
	{
		name: "employee_type", property: "employeeType", limit: 64, description: "Kind of worker, such as `Contractor`.",
		model: func(p *Profile) *types.String { return &p.EmployeeType },
		graph: func(u *graph.User) **string { return &u.EmployeeType },
	},
	{
		name: "mobile_phone", property: "mobilePhone", limit: 64, description: "Mobile telephone number.",
		model: func(p *Profile) *types.String { return &p.MobilePhone },
		graph: func(u *graph.User) **string { return &u.MobilePhone },
	},
	{
		name: "office_location", property: "officeLocation", limit: 128, description: "Office.",
		model: func(p *Profile) *types.String { return &p.OfficeLocation },
		graph: func(u *graph.User) **string { return &u.OfficeLocation },
	},
	{
		name: "street_address", property: "streetAddress", limit: 1024, description: "Street and number.",
		model: func(p *Profile) *types.String { return &p.StreetAddress },
		graph: func(u *graph.User) **string { return &u.StreetAddress },
	},
	{
		name: "city", property: "city", limit: 128, description: "City.",
		model: func(p *Profile) *types.String { return &p.City },
		graph: func(u *graph.User) **string { return &u.City },
	},
	{
		name: "state", property: "state", limit: 128, description: "State or province.",
		model: func(p *Profile) *types.String { return &p.State },
		graph: func(u *graph.User) **string { return &u.State },
	},
	{
		name: "postal_code", property: "postalCode", limit: 40, description: "Postal code.",
		model: func(p *Profile) *types.String { return &p.PostalCode },
		graph: func(u *graph.User) **string { return &u.PostalCode },
	},
	{
		name: "country", property: "country", limit: 128, description: "Country or region, as free text.",
		model: func(p *Profile) *types.String { return &p.Country },
		graph: func(u *graph.User) **string { return &u.Country },
	},
	{
		name: "usage_location", property: "usageLocation", limit: 2, required: true,
		description: "Country in which licences are used, as two letters of ISO 3166-1. Licences cannot be assigned without it.",
		model:       func(p *Profile) *types.String { return &p.UsageLocation },
		graph:       func(u *graph.User) **string { return &u.UsageLocation },
	},
	{
		name: "preferred_language", property: "preferredLanguage", limit: 64,
		description: "Preferred language as a BCP 47 tag such as `de-DE`.",
		model:       func(p *Profile) *types.String { return &p.PreferredLanguage },
		graph:       func(u *graph.User) **string { return &u.PreferredLanguage },
	},
	{
		name: "cost_center", property: graph.EmployeeOrgData, limit: 64,
		description: "Cost centre.",
		model:       func(p *Profile) *types.String { return &p.CostCenter },
		graph:       func(u *graph.User) **string { return &orgData(u).CostCenter },
	},
	{
		name: "division", property: graph.EmployeeOrgData, limit: 64,
		description: "Division of the company.",
		model:       func(p *Profile) *types.String { return &p.Division },
		graph:       func(u *graph.User) **string { return &orgData(u).Division },
	},
}

// orgData makes the nested record of cost centre and division addressable.
func orgData(u *graph.User) *graph.OrgData {
	if u.EmployeeOrgData == nil {
		u.EmployeeOrgData = &graph.OrgData{}
	}
	return u.EmployeeOrgData
}
