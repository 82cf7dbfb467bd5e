package user

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/person"
	"github.com/entraguest/terraform-provider-entraguest/internal/session"
)

const (
	includeSignIns = "include_sign_in_activity"
	includeLeave   = "include_employee_leave_date_time"

	// Characters of keys: an address of RFC 5321 in UTF-8, and Graph's employeeId.
	maxAddress    = 320
	maxEmployeeID = 16
)

const description = "A user or guest of the tenant, found by object id, user principal name, any e-mail address, or employee id."

// Schema describes the data source.
func (d *DataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := person.NewRoll(person.Columns()).Attributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"object_id": key("Object id of the user, a GUID. Graph: `id`. "+exactlyOne, person.ObjectID()),
		"user_principal_name": key("Name the user signs in with, in any spelling of case. Graph: `userPrincipalName`. "+exactlyOne,
			person.PlainText(1, maxAddress)),
		"email": key("Any e-mail address of the user, in any spelling of case: `mail`, a proxy address, or one of the other mails; an address of several users is an error. "+
			"Where another argument names the user, this is `mail`, else the first of the other mails. "+exactlyOne, person.PlainText(1, maxAddress)),
		"employee_id": key("Identifier the organisation gives the person; one of several users is an error. Graph: `employeeId`. "+exactlyOne,
			person.PlainText(1, maxEmployeeID)),
		"required": schema.BoolAttribute{
			MarkdownDescription: "Whether it is an error when there is no such user. With `false`, `exists` is `false` then and everything else null. Default: `true`.",
			Optional:            true,
		},
		includeSignIns: schema.BoolAttribute{
			MarkdownDescription: "Whether to read `sign_in_activity`, which needs `AuditLog.Read.All` and a licence of Entra ID P1; Graph answers ten such requests a minute. Default: `false`.",
			Optional:            true,
		},
		includeLeave: schema.BoolAttribute{
			MarkdownDescription: "Whether to read `employee_leave_date_time`, which needs `User-LifeCycleInfo.Read.All`. Default: `false`.",
			Optional:            true,
		},
		"tenant_id": session.TenantAttribute(),
		"timeouts":  timeoutsAttribute(ctx),
		"exists": schema.BoolAttribute{
			MarkdownDescription: "Whether there is such a user; `false` only with `required = false`.", Computed: true,
		},
		"manager_id": schema.StringAttribute{
			MarkdownDescription: "Object id of the manager; null when there is none. Graph: `manager`.", Computed: true,
		},
		"sponsor_ids": schema.ListAttribute{
			MarkdownDescription: "Object ids of the users and groups who answer for the person, sorted. Graph: `sponsors`.",
			ElementType:         types.StringType, Computed: true,
		},
		"license_assignments": schema.ListNestedAttribute{
			MarkdownDescription: "Licences of the user, assigned directly or by a group, sorted. Graph: `licenseAssignmentStates`.",
			Computed:            true,
			NestedObject:        schema.NestedAttributeObject{Attributes: described(person.LicenseDescriptions)},
		},
		"sign_in_activity": schema.SingleNestedAttribute{
			MarkdownDescription: "When the user signed in; null unless `" + includeSignIns + "` asks for it. Graph: `signInActivity`.",
			Computed:            true,
			Attributes:          described(signInDescriptions()),
		},
	})
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: attributes}
}

const exactlyOne = "Exactly one of `object_id`, `user_principal_name`, `email` and `employee_id` is required."

func key(description string, rule validator.String) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: description, Optional: true, Computed: true, Validators: []validator.String{rule}}
}

// described makes computed texts of descriptions by name.
func described(descriptions map[string]string) map[string]schema.Attribute {
	attributes := make(map[string]schema.Attribute, len(descriptions))
	for name, text := range descriptions {
		attributes[name] = schema.StringAttribute{MarkdownDescription: text, Computed: true}
	}
	return attributes
}

func signInDescriptions() map[string]string {
	return map[string]string{
		"last_sign_in_at":                 "When the user, or an application on the user's behalf, last tried to sign in interactively, RFC 3339 in UTC; null for never, or before April 2020. Graph: `lastSignInDateTime`.",
		"last_non_interactive_sign_in_at": "When a client last tried to sign in on the user's behalf, RFC 3339 in UTC; null for never. Graph: `lastNonInteractiveSignInDateTime`.",
		"last_successful_sign_in_at":      "When a sign-in last succeeded, RFC 3339 in UTC; null for never, or before December 2023. Graph: `lastSuccessfulSignInDateTime`.",
	}
}

// ConfigValidators demand one name for the user.
func (d *DataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(
		path.MatchRoot("object_id"), path.MatchRoot("user_principal_name"), path.MatchRoot("email"), path.MatchRoot("employee_id"))}
}
