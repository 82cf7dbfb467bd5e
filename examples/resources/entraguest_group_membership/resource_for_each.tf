# Every guest in one group, one membership each. Keys are known at plan; object ids need not be.
variable "guests" {
  description = "E-mail addresses of the guests, by a name of their own."
  type        = map(string)
  default     = {}
}

resource "entraguest_invitation" "guest" {
  for_each = var.guests

  email = each.value
}

resource "entraguest_group_membership" "guest" {
  for_each = entraguest_invitation.guest

  group_id  = "3b1f6a52-5a0c-4f0e-9d0f-6a1c2e7b9d41"
  member_id = each.value.object_id
}
