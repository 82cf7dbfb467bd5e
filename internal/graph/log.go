package graph

import (
	"context"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// logTry writes one line at debug level about one try. Query values, headers and
// bodies stay out: they can hold addresses, tokens, passwords and redeem links.
func logTry(ctx context.Context, request *http.Request, response *http.Response, err error, duration time.Duration) {
	fields := map[string]any{
		"method":      request.Method,
		"path":        request.URL.Path,
		"duration_ms": duration.Milliseconds(),
	}
	if response != nil {
		fields["status"] = response.StatusCode
		fields["request_id"] = response.Header.Get("request-id")
	}
	if err != nil {
		fields["error"] = tellable(ctx, err)
	}
	tflog.Debug(ctx, "Microsoft Graph request", fields)
}
