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

variable "ids" {
  type        = map(string)
  default     = {}
  description = "The object id of each guest."
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
}

# The ids are written down, and no postcondition speaks of self: for each such reference Terraform decodes all instances,
# which for thousands takes it longer than everything else together.
resource "entraguest_group_membership" "guest" {
  for_each = var.ids

  group_id  = var.group_id
  member_id = each.value
}
