# These people are in the group, and nobody else. The plan lists in removals whom it takes out; the apply that
# creates the resource takes nobody out yet.
resource "entraguest_group_memberships" "auditors" {
  group_id   = "9f2d7c1b-8e3a-4b6d-a5c4-1e0f3d2c5b68"
  member_ids = ["7a4bb5f0-0d0e-4a53-8f0f-3a1f6d9f1c55"]
  exclusive  = true

  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "Not everybody came into the group. Apply again."
    }
  }
}
