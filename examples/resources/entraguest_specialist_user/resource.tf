data "entraguest_tenant" "this" {}

# A specialist with an account of the tenant for half a year: ext-jan.novak@…, shown at plan.
resource "entraguest_specialist_user" "jan" {
  given_name = "Jan"
  surname    = "Novák"
  domain     = data.entraguest_tenant.this.default_domain

  user_principal_name_prefix = "ext-"

  company_name   = "Fabrikam"
  job_title      = "Commissioning engineer"
  contact_email  = "jan.novak@fabrikam.example"
  mobile_phone   = "+420 601 000 000"
  usage_location = "CZ"
  justification  = "PROJ-2210: commissioning of line 4"

  expires_at = "2099-06-30T22:00:00Z"

  # A pass for the first sign-in, by mail alone: it is in no plan and no state.
  temporary_access_pass = { usable_once = true }

  welcome_email = {
    from      = "welcome@contoso.example"
    subject   = "Your account at {{tenant_name}}"
    body_text = "Sign in at {{sign_in_url}} as {{user_principal_name}} with this pass, which is valid once: {{temporary_access_pass}}"
  }

  lifecycle {
    # A step that failed after the account was created fails the run, and the next apply finishes the work.
    postcondition {
      condition     = self.complete
      error_message = "${self.user_principal_name} was created, but is not complete yet. Apply again."
    }
  }
}
