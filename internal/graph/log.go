package graph

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// masked stands in a logged path for a user who is named by address or sign-in name.
const masked = "(user)"

// loggable takes out of the escaped path of a request whom it names otherwise than by
// object id.
func loggable(path string) string {
	segments := strings.Split(path, "/")
	for i := 1; i < len(segments); i++ {
		if segments[i-1] == "users" && !isObjectID(segments[i]) {
			segments[i] = masked
		}
	}
	return strings.Join(segments, "/")
}

// logTry writes one line at debug level about one try. Query values, headers and
// bodies stay out: they can hold addresses, tokens, passwords and redeem links.
func logTry(ctx context.Context, request *http.Request, response *http.Response, err error, duration time.Duration) {
	fields := map[string]any{
		"method":      request.Method,
		"path":        loggable(request.URL.EscapedPath()),
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
