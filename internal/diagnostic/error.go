package diagnostic

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

// Explained is an error that brings its own diagnostic, such as a failed sign-in.
type Explained interface {
	error
	// Explanation returns what is wrong, and what to do about it.
	Explanation() (summary, detail string)
}

// Error turns an error of an operation into a diagnostic. The summary is constant, the
// detail names the person. Remedies are further sentences about what to do.
func Error(summary string, err error, remedies ...string) diag.Diagnostic {
	if explained, ok := errors.AsType[Explained](err); ok {
		summary, detail := explained.Explanation()
		return diag.NewErrorDiagnostic(summary, detail)
	}
	return diag.NewErrorDiagnostic(summary, Detail(err, remedies...))
}

// ErrorAt is Error that points at the attribute Graph blames. attributeOf maps Graph's
// property names to attribute names, "" for those that are none.
func ErrorAt(summary string, err error, attributeOf func(property string) string, remedies ...string) diag.Diagnostic {
	general := Error(summary, err, remedies...)
	refusal, ok := graph.RefusalOf(err)
	if !ok || refusal.Target == "" {
		return general
	}
	name := attributeOf(refusal.Target)
	if name == "" {
		return general
	}
	return diag.NewAttributeErrorDiagnostic(path.Root(name), general.Summary(), general.Detail())
}

// Warning turns an error that does not stop the work into a warning.
func Warning(summary string, err error, remedies ...string) diag.Diagnostic {
	failed := Error(summary, err, remedies...)
	return diag.NewWarningDiagnostic(summary, failed.Detail())
}

// Detail describes an error: what was being done to whom, Graph's code and message, the
// request id, and what to do.
func Detail(err error, remedies ...string) string {
	text := cause(err)
	if remedies = append(remedies, remedyFor(err)...); len(remedies) > 0 {
		text += "\n\n" + strings.Join(remedies, " ")
	}
	return text
}

// cause says what failed, for whom, and what Graph answered.
func cause(err error) string {
	if failure, ok := errors.AsType[*graph.Failure](err); ok {
		return fmt.Sprintf("%s %s failed: %s.", sentence(failure.Doing), Quote(failure.Subject), reason(failure.Err))
	}
	refusal, ok := graph.RefusalOf(err)
	if !ok {
		return clean(err.Error())
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s %s failed.\n\nMicrosoft Graph answered HTTP %d", sentence(refusal.Doing), Quote(refusal.Subject), refusal.Status)
	if refusal.Code != "" {
		text.WriteString(" " + clean(refusal.Code))
	}
	if refusal.Message != "" {
		text.WriteString(": " + clean(refusal.Message))
	}
	if refusal.RequestID != "" {
		text.WriteString("\nRequest id: " + clean(refusal.RequestID))
	}
	return text.String()
}

// remedyFor says what to do about an error of a known kind.
func remedyFor(err error) []string {
	var remedies []string
	if _, lost := errors.AsType[*graph.Uncertain](err); lost {
		remedies = append(remedies, "The answer was lost, so the change may have been made. Run terraform plan to see where things stand.")
	}
	if forbidden, ok := errors.AsType[*graph.Forbidden](err); ok {
		return append(remedies, fmt.Sprintf("The least application permission for this is %s. Grant it with admin consent; it takes effect with the next token.", strings.Join(forbidden.Needs, " with ")),
			"If it is granted, a policy of the tenant, a directory role of the person or an administrative unit may forbid the change.")
	}
	if _, ok := errors.AsType[*graph.Unauthenticated](err); ok {
		return append(remedies, "Microsoft Graph does not accept the token. Check that environment, tenant_id and graph_endpoint belong to one cloud.")
	}
	if throttled, ok := errors.AsType[*graph.Throttled](err); ok {
		return append(remedies, fmt.Sprintf("Microsoft Graph limits how much an application may ask, and wanted a pause of %s. Run again later, or raise the timeouts of the resource.", throttled.RetryAfter.Round(time.Second)))
	}
	if _, ok := errors.AsType[*graph.Unavailable](err); ok {
		return append(remedies, "Microsoft Graph, or a proxy before it, is failing. Run again later.")
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return append(remedies, "The timeout of the operation ended first; it can be raised in the timeouts of the resource.")
	}
	return remedies
}

func reason(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "the time for it ran out"
	case errors.Is(err, context.Canceled):
		return "it was interrupted"
	default:
		return clean(err.Error())
	}
}

// sentence begins a phrase like "inviting the guest" with a capital.
func sentence(phrase string) string {
	if phrase == "" {
		return "An operation on"
	}
	return strings.ToUpper(phrase[:1]) + phrase[1:]
}

// clean takes hostile characters out of text that is shown as it is.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if Hostile(r) {
			return ' '
		}
		return r
	}, text)
}
