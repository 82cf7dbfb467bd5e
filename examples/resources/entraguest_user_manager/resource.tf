variable "people" {
  description = "Guests by a name of yours; manager is the name of another one."
  type = map(object({
    email   = string
    manager = optional(string)
  }))
  default = {
    ada   = { email = "ada.lovelace@partner.example", manager = "grace" }
    grace = { email = "grace.hopper@partner.example" }
  }
}

resource "entraguest_invitation" "guest" {
  for_each = var.people

  email                   = each.value.email
  send_invitation_message = false

  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "${self.email} was invited, but the profile is not complete yet. Apply again."
    }
  }
}

# The instances of one for_each cannot refer to each other, so the managers are a resource of their own.
resource "entraguest_user_manager" "guest" {
  for_each = { for name, person in var.people : name => person.manager if person.manager != null }

  user_id    = entraguest_invitation.guest[each.key].object_id
  manager_id = entraguest_invitation.guest[each.value].object_id
}
