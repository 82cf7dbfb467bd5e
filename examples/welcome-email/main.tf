# First access by a mail of your own: a guest gets the link that accepts the invitation, a specialist a Temporary
# Access Pass for the first sign-in. Neither is in the plan, the state or an output.

terraform {
  required_version = ">= 1.8"

  required_providers {
    entraguest = {
      source = "entraguest/entraguest"
    }
  }
}

variable "sender" {
  description = "Mailbox that sends: object id or user principal name. A shared mailbox will do."
  type        = string
}

locals {
  # The last day of the specialist.
  until = "2099-06-30T22:00:00Z"
}

provider "entraguest" {}

data "entraguest_tenant" "this" {}

resource "entraguest_invitation" "grace" {
  email        = "grace.hopper@partner.example"
  display_name = "Grace Hopper (Partner)"
  given_name   = "Grace"

  # With a mail of your own Microsoft's is off, and redeem_url stays out of the state.
  welcome_email = {
    from      = var.sender
    subject   = "Your access to {{tenant_name}}"
    body_html = file("${path.module}/guest.html")
    values    = { contact = "servicedesk@contoso.example" }
  }

  lifecycle {
    # A mail that could not be sent fails the run, and the next apply sends it.
    postcondition {
      condition     = self.complete
      error_message = "${self.email} is not complete yet, the mail is ${self.welcome_email_status}. Apply again."
    }
  }
}

resource "entraguest_specialist_user" "jan" {
  given_name    = "Jan"
  surname       = "Novák"
  domain        = data.entraguest_tenant.this.default_domain
  contact_email = "jan.novak@fabrikam.example"
  expires_at    = local.until

  # The pass is valid for one sign-in within eight hours; changing the trigger makes and mails another one.
  temporary_access_pass = {
    lifetime_in_minutes = 480
    usable_once         = true
  }

  welcome_email = {
    from      = var.sender
    subject   = "Your account at {{tenant_name}}"
    body_html = file("${path.module}/specialist.html")
    trigger   = "1"

    # {{expires_at}} would do, but a date reads better than a point in time.
    values = {
      contact = "servicedesk@contoso.example"
      until   = formatdate("D MMMM YYYY", local.until)
    }
  }

  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "${self.user_principal_name} is not complete yet, the mail is ${self.welcome_email_status}. Apply again."
    }
  }
}

# What the mails look like, without sending one. README.md shows how to look at them.
locals {
  preview = {
    guest = provider::entraguest::render_email(file("${path.module}/guest.html"), {
      given_name  = "Grace"
      tenant_name = "Contoso"
      redeem_url  = "https://login.microsoftonline.com/redeem?rd=sample"
      contact     = "servicedesk@contoso.example"
    })
    specialist = provider::entraguest::render_email(file("${path.module}/specialist.html"), {
      given_name            = "Jan"
      tenant_name           = "Contoso"
      until                 = "30 June 2099"
      user_principal_name   = "jan.novak@contoso.onmicrosoft.com"
      temporary_access_pass = "k7#Qm&2x"
      sign_in_url           = "https://myapplications.microsoft.com/"
      contact               = "servicedesk@contoso.example"
    })
  }
}
