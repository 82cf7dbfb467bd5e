package account

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/entraguest/terraform-provider-entraguest/internal/person"
)

// Dates are the dates of a plan.
type Dates struct {
	// Unknown says that one of them is known only after apply.
	Unknown bool
	// Passed judges by a moment on Graph's clock.
	Passed func(now time.Time) bool
}

// PlanExpiry plans what follows from the dates, judged by the clock of the last read: a
// plan made again at apply, or applied later, comes to the same answer. It reports whether
// the account is disabled because the time is over.
func PlanExpiry(plan *Record, planned, state, config *person.Profile, dates Dates, evidence person.Evidence) (ends bool) {
	if dates.Unknown {
		plan.Expired = types.BoolUnknown()
		if config.AccountEnabled.IsNull() {
			planned.AccountEnabled = types.BoolUnknown()
		}
		return false
	}
	expired := dates.Passed(evidence.ReadAt)
	plan.Expired = types.BoolValue(expired)
	switch {
	case !config.AccountEnabled.IsNull():
	case expired && state.AccountEnabled.ValueBool():
		planned.AccountEnabled = types.BoolValue(false)
		return true
	case !expired && evidence.DisabledByExpiry && !state.AccountEnabled.ValueBool():
		planned.AccountEnabled = types.BoolValue(true)
	}
	return false
}

// WarnExpiry says whom a plan disables because the time is over, and by which argument with
// which date: neither changes, so the plan itself shows none of it.
func WarnExpiry(s Subject, argument string, date types.String, diags *diag.Diagnostics) {
	diags.AddAttributeWarning(path.Root(argument), "The time of a person is over",
		s.Who()+" is disabled, because "+argument+" is over: "+date.ValueString()+". A later date enables the account again.")
}

// SettleExpiry decides at apply what a date that was known only after the plan leads to.
func SettleExpiry(plan *Record, planned, state *person.Profile, dates Dates, evidence person.Evidence) {
	if !plan.Expired.IsUnknown() {
		return
	}
	expired := dates.Passed(evidence.ReadAt)
	plan.Expired = types.BoolValue(expired)
	if !planned.AccountEnabled.IsUnknown() {
		return
	}
	planned.AccountEnabled = state.AccountEnabled
	switch {
	case expired:
		planned.AccountEnabled = types.BoolValue(false)
	case evidence.DisabledByExpiry:
		planned.AccountEnabled = types.BoolValue(true)
	}
}

// Disables reports whether a plan disables an account that is enabled.
func Disables(planned, state *person.Profile) bool {
	return state.AccountEnabled.ValueBool() && !planned.AccountEnabled.IsUnknown() && !planned.AccountEnabled.ValueBool()
}

// ExpiryWithoutEnabled refuses the named dates, at which the account is disabled,
// together with the demand that it be enabled.
func ExpiryWithoutEnabled(dates ...string) resource.ConfigValidator {
	return expiryWithoutEnabled{dates}
}

type expiryWithoutEnabled struct{ dates []string }

// Description describes the rule.
func (expiryWithoutEnabled) Description(context.Context) string {
	return "a date at which the account is disabled excludes account_enabled = true"
}

// MarkdownDescription describes the rule.
func (v expiryWithoutEnabled) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

// ValidateResource reports a configuration that has both.
func (v expiryWithoutEnabled) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var enabled types.Bool
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("account_enabled"), &enabled)...)
	for _, name := range v.dates {
		var date types.String
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(name), &date)...)
		if enabled.ValueBool() && !date.IsNull() {
			resp.Diagnostics.AddAttributeError(path.Root("account_enabled"), "Invalid combination",
				"account_enabled = true and "+name+" exclude each other: the account is disabled when its time is over. Leave account_enabled out.")
		}
	}
}
