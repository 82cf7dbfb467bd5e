package mail

import (
	"errors"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
	"github.com/entraguest/terraform-provider-entraguest/internal/graph"
)

const (
	summaryFailed  = "The welcome mail was not sent"
	summaryAssumed = "Nobody knows whether the welcome mail was sent"
)

// Warning is for a create, whose errors would taint, and for what is only assumed.
// remedies say what comes next, such as what the next apply does.
func Warning(err error, remedies ...string) diag.Diagnostic {
	return diag.NewWarningDiagnostic(summary(err), detail(err, remedies))
}

// Error is for an update, whose errors taint nothing. What is only assumed stays a
// warning.
func Error(err error, remedies ...string) diag.Diagnostic {
	if _, assumed := errors.AsType[*AssumedSent](err); assumed {
		return Warning(err, remedies...)
	}
	return diag.NewErrorDiagnostic(summary(err), detail(err, remedies))
}

func summary(err error) string {
	if _, assumed := errors.AsType[*AssumedSent](err); assumed {
		return summaryAssumed
	}
	if _, lost := errors.AsType[*Lost](err); lost {
		return summaryAssumed
	}
	return summaryFailed
}

func detail(err error, more []string) string {
	if explained, ok := errors.AsType[diagnostic.Explained](err); ok {
		_, text := explained.Explanation()
		return text
	}
	return diagnostic.Detail(err, append(remedies(err), more...)...)
}

// remedies say what to do about a mail that failed.
func remedies(err error) []string {
	if _, assumed := errors.AsType[*AssumedSent](err); assumed {
		return []string{`The answer was lost after the mail had gone out, so it counts as sent (on_uncertain = "assume_sent"). Ask the person; changing trigger sends it again, with new credentials where it carries some.`}
	}
	if lost, ok := errors.AsType[*Lost](err); ok {
		if lost.Then != nil {
			return []string{`The answer was lost, so the mail was to go out again (on_uncertain = "resend"), and that failed: the person may have got it once. ` + diagnostic.Detail(lost.Then, remedies(lost.Then)...)}
		}
		return []string{`The mail went out more than once and no answer came back (on_uncertain = "resend"): the person may have got it several times.`}
	}
	if _, unsent := errors.AsType[*NotSent](err); unsent {
		return []string{"A mailbox sends 30 mails a minute; this one was still waiting when the run ended."}
	}
	if _, forbidden := errors.AsType[*graph.Forbidden](err); forbidden {
		return []string{
			"The application may not send from this mailbox. Best give it the role Application Mail.Send for this one mailbox, with Exchange RBAC for Applications (New-ServicePrincipal, New-ManagementScope, New-ManagementRoleAssignment), which takes effect within two hours and shows in no token.",
			"The application permission Mail.Send would do as well, but is for every mailbox of the tenant.",
		}
	}
	if graph.IsNotFound(err) {
		return []string{"The mailbox in from does not exist, has no licence yet, is hosted on premises, or is that of a guest. Use the object id or user principal name of a mailbox in Exchange Online; a shared mailbox needs no licence."}
	}
	if failed, ok := errors.AsType[*RenderError](err); ok && failed.Problem == noValue {
		return []string{"Nothing was sent. " + missing(failed.Name)}
	}
	if _, failed := errors.AsType[*RenderError](err); failed {
		return []string{"Nothing was sent. Change the template, or the value."}
	}
	return nil
}

// Texts by which Graph's refusals of a temporary access pass can be told apart; there
// are no codes for them.
const (
	textPolicy        = "UserCredentialPolicy does not allow"
	textExternalGuest = "external guest user"
	textLifetime      = "lifetime"
)

// PassRemedies say what to do about a temporary access pass that was refused.
func PassRemedies(err error) []string {
	refused, ok := graph.RefusalOf(err)
	if !ok {
		return nil
	}
	switch text := refused.Message; {
	case strings.Contains(text, textPolicy):
		return []string{"The authentication methods policy of the tenant allows this person no temporary access pass. Enable the method Temporary Access Pass in Entra ID under Authentication methods, for a group the person is in."}
	case strings.Contains(text, textExternalGuest):
		return []string{"Guests sign in at home: Microsoft Entra makes passes for members of the tenant only."}
	case strings.Contains(strings.ToLower(text), textLifetime):
		return []string{"The policy of the tenant bounds the lifetime; by default 60 to 480 minutes. Change lifetime_in_minutes, or the policy."}
	default:
		return nil
	}
}

// PasswordRemedies say what to do about a password that could not be set.
func PasswordRemedies(err error) []string {
	if graph.IsForbidden(err) {
		return []string{"Setting passwords also needs the directory role User Administrator on the application, and a higher one for people who hold directory roles themselves."}
	}
	if refused, ok := graph.RefusalOf(err); ok && refused.Status == http.StatusBadRequest && strings.Contains(refused.Message, "complexity") {
		return []string{"Microsoft Entra wants 8 to 256 characters of three of these kinds: lower case, upper case, digits, signs. It also refuses common passwords and those with the names of the organisation."}
	}
	return nil
}
