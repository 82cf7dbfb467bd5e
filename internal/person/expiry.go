package person

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Expired reports whether a person's time is over at the given moment on Graph's clock:
// the date has passed, or the invitation was not accepted in time. Null dates never
// pass.
func Expired(expiresAt, acceptBy types.String, pending bool, now time.Time) bool {
	return passed(expiresAt, now) || pending && passed(acceptBy, now)
}

func passed(date types.String, now time.Time) bool {
	at, err := time.Parse(time.RFC3339, date.ValueString())
	return err == nil && !now.Before(at)
}
