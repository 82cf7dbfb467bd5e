# These people are in the group, whoever else is.
resource "entraguest_group_memberships" "partners" {
  group_id = "3b1f6a52-5a0c-4f0e-9d0f-6a1c2e7b9d41"
  member_ids = [
    "7a4bb5f0-0d0e-4a53-8f0f-3a1f6d9f1c55",
    "c0a7e4de-2f0b-4f8e-8a31-5f1d7c3b2a90",
  ]

  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "Not everybody came into the group. Apply again."
    }
  }
}
