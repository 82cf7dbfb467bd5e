# A report on the guests of a tenant: a page to open in a browser, a table for a spreadsheet, and a summary for a
# pull request. Sign-in comes from the environment.

terraform {
  required_version = ">= 1.8"

  required_providers {
    entraguest = {
      source = "entraguest/entraguest"
    }
  }
}

provider "entraguest" {}

data "entraguest_tenant" "this" {}

locals {
  title = "Guests of ${data.entraguest_tenant.this.display_name}"
}

# Personal data: what is rendered is sensitive, so neither a plan nor a log prints it.
data "entraguest_guest_report" "people" {
  title                    = local.title
  formats                  = ["html", "csv"]
  include_people           = true
  include_sign_in_activity = var.include_sign_in_activity
  pending_days             = var.pending_days
  expires_at               = var.expires_at
}

# Numbers only: this one may be shown to everybody who sees the pull request.
data "entraguest_guest_report" "summary" {
  title        = local.title
  pending_days = var.pending_days
  expires_at   = var.expires_at
}
