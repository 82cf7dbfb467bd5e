# Every guest in one group, one membership each. Keys are known at plan; object ids need not be.
variable "guests" {
  description = "E-mail addresses of the guests, by a name of their own."
  type        = map(string)
  default     = {}
}

resource "entraguest_invitation" "guest" {
  for_each = var.guests

  email = each.value

  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "${self.email} was invited, but the profile is not complete yet. Apply again."
    }
  }
}

resource "entraguest_group_membership" "guest" {
  for_each = entraguest_invitation.guest

  group_id  = "3b1f6a52-5a0c-4f0e-9d0f-6a1c2e7b9d41"
  member_id = each.value.object_id

  lifecycle {
    postcondition {
      condition     = self.active || self.expired
      error_message = "Whether ${self.member_id} is in the group is not known. Apply again."
    }
  }
}
