# A consultant with an end date: the first apply after it disables the account. If the invitation is not
# accepted within two weeks, it counts as expired as well.
resource "entraguest_invitation" "consultant" {
  email         = "grace.hopper@partner.example"
  job_title     = "Consultant"
  justification = "PROJ-2001, requested by the head of engineering"

  accept_by  = "2099-01-15T00:00:00Z"
  expires_at = "2099-12-31T23:00:00Z"

  # Somebody with this address may be there already, or among the deleted users.
  existing_user   = "adopt"
  restore_deleted = true

  # What happens when this block is removed. Apply a change of it first: the value in the state counts.
  on_destroy = "disable"

  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "${self.email} was invited, but the profile is not complete yet. Apply again."
    }
  }
}
