# Everybody of a partner, from a file that somebody else writes: key to person.
#
#   { "4f0c…": { "email": "ada@partner.example", "given_name": "Ada", "surname": "Lovelace", "manager": "77aa…" } }
variable "partners" {
  description = "The people of the partner, by their object id at home."
  type = map(object({
    email      = string
    given_name = optional(string)
    surname    = optional(string)
    job_title  = optional(string)
    manager    = optional(string)
  }))
  default = {}
}

resource "entraguest_guests" "partners" {
  guests = {
    for key, person in var.partners : key => jsonencode({
      email        = person.email
      given_name   = person.given_name
      surname      = person.surname
      company_name = "Partner"
      # A title that is cleared at home is cleared here: null would leave the old one.
      job_title = person.job_title == null ? "" : person.job_title
      # The key of another guest, who need not be there yet.
      manager = person.manager
    })
  }

  # Who is no longer in the map is disabled. A plan that lets more than ten go fails.
  on_removal   = "disable"
  max_removals = 10

  lifecycle {
    # Creating never fails once somebody is there; this turns what is left over into a failed run.
    postcondition {
      condition     = self.complete
      error_message = "Not everybody is complete: ${join("; ", [for key, reason in self.incomplete : "${key}: ${reason}"])}"
    }
  }
}

# Memberships, reports and other resources use the object ids.
output "object_ids" {
  value = entraguest_guests.partners.object_ids
}
