# Many guests, each under a key that stays the same when the address changes.
locals {
  guests = {
    grace = { email = "grace.hopper@partner.example", sponsor = "2c8f5c1e-7d54-4b3a-9d53-6f0f5f5b7e01" }
    alan  = { email = "alan.turing@vendor.example", sponsor = "2c8f5c1e-7d54-4b3a-9d53-6f0f5f5b7e01" }
  }
}

resource "entraguest_invitation" "guest" {
  for_each = local.guests

  email       = each.value.email
  sponsor_ids = [each.value.sponsor]

  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "${self.email} was invited, but the profile is not complete yet. Apply again."
    }
  }
}
