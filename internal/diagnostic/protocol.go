package diagnostic

import "github.com/hashicorp/terraform-plugin-go/tfprotov6"

// FirstError returns the first error among what a provider says to Terraform, nil for none.
func FirstError(diagnostics []*tfprotov6.Diagnostic) *tfprotov6.Diagnostic {
	for _, one := range diagnostics {
		if one.Severity == tfprotov6.DiagnosticSeverityError {
			return one
		}
	}
	return nil
}
