# The guests of a tenant as code: guests.yaml is what people edit and review, this file is written once.
# Sign-in comes from the environment, so the same folder works with the emulator of `make demo` and with a real tenant.

terraform {
  required_version = ">= 1.8"

  required_providers {
    entraguest = {
      source = "entraguest/entraguest"
    }
  }
}

provider "entraguest" {}

locals {
  guests = yamldecode(file("${path.module}/guests.yaml"))
}

resource "entraguest_invitation" "guest" {
  for_each = local.guests

  email         = each.value.email
  display_name  = each.value.name
  company_name  = each.value.company
  job_title     = each.value.job_title
  justification = each.value.ticket

  lifecycle {
    # A step that failed after the person was invited fails the run, and the next apply finishes the work.
    postcondition {
      condition     = self.complete
      error_message = "${self.email} was invited, but the profile is not complete yet. Apply again."
    }
  }
}

output "redemption" {
  description = "Who has accepted the invitation."
  value       = { for guest in entraguest_invitation.guest : guest.email => guest.redemption_state }
}
