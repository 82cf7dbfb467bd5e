# External specialists as code: people.csv is what people edit and review, this file is written once.
# Every line becomes a temporary account in the group that brings the licence, until the date in the line.

terraform {
  required_version = ">= 1.8"

  required_providers {
    entraguest = {
      source = "entraguest/entraguest"
    }
  }
}

variable "sender" {
  description = "Mailbox that sends the credentials: object id or user principal name. A shared mailbox will do."
  type        = string
}

variable "group" {
  description = "Display name of the group all specialists are in. It hands its licences on to them."
  type        = string
  default     = "Partners"
}

provider "entraguest" {
  user_principal_name_prefix = "ext-"
  transliteration            = "de"
}

data "entraguest_tenant" "this" {}

data "entraguest_group" "specialists" {
  display_name = var.group
}

locals {
  # The key of a line stays when the name changes: it is what Terraform knows the person by.
  people = { for line in csvdecode(file("${path.module}/people.csv")) : line.key => line }
}

resource "entraguest_specialist_user" "this" {
  for_each = local.people

  given_name = each.value.given_name
  surname    = each.value.surname
  domain     = data.entraguest_tenant.this.default_domain

  company_name   = each.value.company
  job_title      = each.value.job_title
  contact_email  = each.value.contact_email
  mobile_phone   = each.value.mobile_phone
  usage_location = each.value.country
  justification  = each.value.ticket

  # The first apply after the last day disables the account and revokes its sessions.
  expires_at = "${each.value.until}T22:00:00Z"

  # For the first sign-in everybody gets a pass by mail, valid once. It is in no state, plan or output.
  temporary_access_pass = { usable_once = true }

  welcome_email = {
    from      = var.sender
    subject   = "Your account at {{tenant_name}}"
    body_text = file("${path.module}/welcome.txt")
    # {{expires_at}} would do, but a date reads better than a point in time.
    values = { until = formatdate("D MMMM YYYY", "${each.value.until}T00:00:00Z") }
  }

  # Somebody who leaves the list loses access, not the mailbox.
  on_destroy = "disable"

  lifecycle {
    # A step that failed after the account was created fails the run, and the next apply finishes the work.
    postcondition {
      condition     = self.complete
      error_message = "${self.user_principal_name} was created, but is not complete yet, the mail is ${self.welcome_email_status}. Apply again."
    }
  }
}

resource "entraguest_group_membership" "this" {
  for_each = entraguest_specialist_user.this

  group_id   = data.entraguest_group.specialists.object_id
  member_id  = each.value.object_id
  expires_at = each.value.expires_at

  lifecycle {
    postcondition {
      condition     = self.active || self.expired
      error_message = "Whether ${self.member_id} is in the group is not known. Apply again."
    }
  }
}

output "logins" {
  description = "User principal name by key."
  value       = { for key, person in entraguest_specialist_user.this : key => person.user_principal_name }
}

output "unlicensed" {
  description = "Why somebody has no licence, by user principal name: the daily failure is CountViolation, no licence is left."
  value = {
    for person in entraguest_specialist_user.this : person.user_principal_name => [
      for license in coalesce(person.license_assignments, []) : license.error if license.error != null
    ]
  }
}
