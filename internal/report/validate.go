package report

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// calendarDay refuses days that no calendar has, such as 2026-02-30.
type calendarDay struct{}

// Description describes the rule.
func (calendarDay) Description(context.Context) string {
	return "a day of the calendar such as 2026-01-31"
}

// MarkdownDescription describes the rule.
func (d calendarDay) MarkdownDescription(ctx context.Context) string { return d.Description(ctx) }

// ValidateString reports a value that breaks the rule.
func (d calendarDay) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := time.Parse(time.DateOnly, req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid value", "The value must be "+d.Description(ctx)+".")
	}
}
