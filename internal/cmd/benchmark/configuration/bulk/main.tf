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

# The benchmark destroys all its guests in one plan.
provider "entraguest" {
  max_removals = -1
}

resource "entraguest_guests" "all" {
  guests = {
    for key in var.guests : key => jsonencode({
      email         = "${key}@partner.example"
      display_name  = "Guest ${key}"
      given_name    = "Guest"
      surname       = key
      job_title     = "Analyst"
      department    = "Research"
      company_name  = "Partner Inc."
      justification = "PROJ-1842"
    })
  }

  on_removal   = "delete"
  max_removals = -1

  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "Not everybody is complete."
    }
  }
}
