# A consultant in the project's group until the end of the project: the first apply after the date takes the
# person out of the group, and with it the licences that the group carries.
resource "entraguest_group_membership" "consultant" {
  group_id   = "3b1f6a52-5a0c-4f0e-9d0f-6a1c2e7b9d41"
  member_id  = "7a4bb5f0-0d0e-4a53-8f0f-3a1f6d9f1c55"
  expires_at = "2099-12-31T23:00:00Z"

  lifecycle {
    postcondition {
      condition     = self.active || self.expired
      error_message = "Whether ${self.member_id} is in the group is not known. Apply again."
    }
  }
}
