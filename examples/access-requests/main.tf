# The guests of this tenant, one file each under requests/. Files come and go by pull request; this file is written once.

terraform {
  required_version = ">= 1.8"

  required_providers {
    entraguest = {
      source = "entraguest/entraguest"
    }
  }
}

# The most people one plan may delete or disable is in ENTRAGUEST_MAX_REMOVALS: the nightly run, which applies dates
# that were reviewed, has another limit than the rest.
provider "entraguest" {
  # The identity that plans pull requests may read only, and is not told so in every comment.
  permission_check = var.permission_check
}

variable "permission_check" {
  description = "What to do when the identity of this run lacks a permission to write: warn, error or off."
  type        = string
  default     = "warn"
}

variable "groups" {
  description = "Object ids of the groups a request may ask for, by the name requests use. In groups.auto.tfvars.json."
  type        = map(string)
}

locals {
  requests = {
    for file in fileset(path.module, "requests/*.yaml") :
    trimsuffix(basename(file), ".yaml") => yamldecode(file("${path.module}/${file}"))
  }
}

resource "entraguest_invitation" "guest" {
  for_each = local.requests

  email         = each.value.email
  display_name  = each.value.display_name
  company_name  = each.value.company_name
  job_title     = try(each.value.job_title, null)
  justification = "${each.value.justification} (asked for by ${each.value.requested_by}, ${each.value.reference})"

  # The last day is included. The first apply after it disables the account; the nightly run is that apply.
  expires_at = "${each.value.expires_on}T23:59:59Z"

  lifecycle {
    precondition {
      condition     = contains(keys(var.groups), each.value.access)
      error_message = "requests/${each.key}.yaml asks for a group that groups.auto.tfvars.json does not name."
    }

    # A step that failed after the person was invited fails the run, and the next apply finishes the work.
    postcondition {
      condition     = self.complete
      error_message = "The guest of requests/${each.key}.yaml was invited, but the profile is not complete yet. Apply again."
    }
  }
}

resource "entraguest_group_membership" "access" {
  for_each = local.requests

  group_id   = try(var.groups[each.value.access], null)
  member_id  = entraguest_invitation.guest[each.key].object_id
  expires_at = "${each.value.expires_on}T23:59:59Z"

  lifecycle {
    postcondition {
      condition     = self.active || self.expired
      error_message = "Whether the guest of requests/${each.key}.yaml is in the group is not known. Apply again."
    }
  }
}
