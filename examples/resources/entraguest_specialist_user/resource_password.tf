# A first password of your own. It is write-only: neither the plan nor the state has it.
variable "first_password" {
  description = "First password of the specialist."
  type        = string
  default     = "Replace-Me-Please-1"
  ephemeral   = true
}

data "entraguest_tenant" "this" {}

resource "entraguest_specialist_user" "ada" {
  given_name = "Ada"
  surname    = "Lovelace"
  domain     = data.entraguest_tenant.this.default_domain

  contact_email = "ada.lovelace@fabrikam.example"

  # Another version sets the password again, and ends the validity of the one before.
  password_wo         = var.first_password
  password_wo_version = 1

  # The password goes by mail alone, and has to be changed at the first sign-in. Without password_wo one is made for the
  # mail. Where the tenant allows it, a Temporary Access Pass is better.
  welcome_email = {
    from      = "welcome@contoso.example"
    subject   = "Your account at {{tenant_name}}"
    body_text = "Sign in at {{sign_in_url}} as {{user_principal_name}} with this password and choose another one: {{password}}"
  }

  # Where somebody has the name already, this one becomes ada.lovelace2, shown at plan.
  on_conflict = "suffix"

  # What happens when this block is removed. Apply a change of it first: the value in the state counts.
  on_destroy = "disable"

  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "${self.user_principal_name} was created, but is not complete yet. Apply again."
    }
  }
}
