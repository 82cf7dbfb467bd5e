terraform {
  required_providers {
    entraguest = {
      source = "entraguest/entraguest"
    }
  }
}

variable "guests" {
  type = list(string)
}

variable "group_id" {
  type = string
}

# The benchmark destroys all its guests in one plan.
provider "entraguest" {
  max_removals = -1
}

resource "entraguest_invitation" "guest" {
  for_each = toset(var.guests)

  email         = "${each.key}@partner.example"
  display_name  = "Guest ${each.key}"
  given_name    = "Guest"
  surname       = each.key
  job_title     = "Analyst"
  department    = "Research"
  company_name  = "Partner Inc."
  justification = "PROJ-1842"

  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "${self.email} is not complete."
    }
  }
}

resource "entraguest_group_membership" "guest" {
  for_each = entraguest_invitation.guest

  group_id  = var.group_id
  member_id = each.value.object_id
}
