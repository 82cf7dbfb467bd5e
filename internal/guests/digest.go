package guests

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/entraguest/terraform-provider-entraguest/internal/diagnostic"
)

// inFull is how many diagnostics of one severity are shown in full.
const inFull = 20

// digest collects what is to be said about many guests: the first ones in full, each
// naming its key, the others as counts. It is safe for concurrent use.
type digest struct {
	mu    sync.Mutex
	notes []remark
	// left are the keys of those whose turn did not come.
	left []string
}

// remark is one diagnostic about one guest.
type remark struct {
	key string
	diag.Diagnostic
}

// add notes what is to be said about a guest.
func (d *digest) add(key string, diags diag.Diagnostics) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, one := range diags {
		d.notes = append(d.notes, remark{key, one})
	}
}

// leave notes that a guest's turn did not come.
func (d *digest) leave(key string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.left = append(d.left, key)
}

// failed reports whether there is an error.
func (d *digest) failed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.ContainsFunc(d.notes, func(n remark) bool { return n.Severity() == diag.SeverityError })
}

// report returns the digest in the order of the keys. With soft, errors are warnings:
// a create that has made somebody must not fail.
func (d *digest) report(soft bool) (diags diag.Diagnostics) {
	d.mu.Lock()
	defer d.mu.Unlock()
	slices.SortStableFunc(d.notes, func(a, b remark) int { return strings.Compare(a.key, b.key) })
	for _, severity := range []diag.Severity{diag.SeverityError, diag.SeverityWarning} {
		shown, rest := 0, map[string]int{}
		for _, n := range d.notes {
			if n.Severity() != severity {
				continue
			}
			if shown == inFull {
				rest[n.Summary()]++
				continue
			}
			shown++
			diags.Append(n.inFull(severity, soft))
		}
		if len(rest) > 0 {
			diags.Append(counted(rest, severity, soft))
		}
	}
	if len(d.left) > 0 {
		diags.Append(d.unfinished(soft))
	}
	return diags
}

// unfinished says that the time ran out. Nothing has failed, and yet it is an error in an
// update and a destroy: Terraform takes a state that is not what was planned from no other.
func (d *digest) unfinished(soft bool) diag.Diagnostic {
	slices.Sort(d.left)
	names := make([]string, 0, inFull)
	for _, key := range d.left[:min(inFull, len(d.left))] {
		names = append(names, "guests["+diagnostic.Quote(key)+"]")
	}
	text := fmt.Sprintf("The time of timeouts ran out, or Terraform was interrupted, before it was the turn of %d guests: %s", len(d.left), strings.Join(names, ", "))
	if len(d.left) > inFull {
		text += " and others"
	}
	text += ". What was done is in the state, and the next apply continues."
	if soft {
		return diag.NewWarningDiagnostic("The apply is not finished", text)
	}
	return diag.NewErrorDiagnostic("The apply is not finished", text)
}

// inFull names the key: in the detail, and in the summary of a warning, because Terraform
// folds warnings with the same summary into one.
func (n remark) inFull(severity diag.Severity, soft bool) diag.Diagnostic {
	at, name := path.Root("guests").AtMapKey(n.key), "guests["+diagnostic.Quote(n.key)+"]"
	if severity == diag.SeverityError && !soft {
		return diag.NewAttributeErrorDiagnostic(at, n.Summary(), name+": "+n.Detail())
	}
	return diag.NewAttributeWarningDiagnostic(at, n.Summary()+" ("+name+")", name+": "+n.Detail())
}

func counted(rest map[string]int, severity diag.Severity, soft bool) diag.Diagnostic {
	total, lines := 0, make([]string, 0, len(rest))
	for _, summary := range slices.Sorted(maps.Keys(rest)) {
		total += rest[summary]
		lines = append(lines, fmt.Sprintf("  %d × %s", rest[summary], summary))
	}
	// Some summaries name a person each: they would be as long as what they stand for.
	if len(lines) > inFull {
		lines = append(lines[:inFull], fmt.Sprintf("  and %d others", len(lines)-inFull))
	}
	text := fmt.Sprintf("The first %d are shown in full, %d are not:\n%s", inFull, total, strings.Join(lines, "\n"))
	if severity == diag.SeverityError && !soft {
		return diag.NewErrorDiagnostic("More guests have failed", text)
	}
	if severity == diag.SeverityError {
		return diag.NewWarningDiagnostic("More guests have failed", text)
	}
	return diag.NewWarningDiagnostic("More warnings about guests", text)
}
