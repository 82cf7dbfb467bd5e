terraform {
  required_providers {
    entraguest = {
      source = "entraguest/entraguest"
    }
  }
}

variable "guests" {
  type = number
}

# The benchmark destroys all its guests in one plan.
provider "entraguest" {
  max_removals = -1
}

resource "entraguest_guests" "all" {
  guests = {
    for number in range(var.guests) : format("guest%05d", number) => jsonencode({
      email         = format("guest%05d@partner.example", number)
      display_name  = format("Guest guest%05d", number)
      given_name    = "Guest"
      surname       = format("guest%05d", number)
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
