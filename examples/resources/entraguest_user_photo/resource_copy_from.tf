# Guests get the photo they have at home. The application is multi-tenant, with User.Read.All there.
provider "entraguest" {
  source_tenant_ids = ["5b1c2f0e-3c1d-4f5a-8b7e-2d9c4a6f1e30"]
}

variable "guests" {
  description = "Object ids of the guests here, by object id of the person at home."
  type        = map(string)
  default     = {}
}

resource "entraguest_user_photo" "guest" {
  for_each = var.guests

  user_id = each.value
  copy_from = {
    tenant_id = "5b1c2f0e-3c1d-4f5a-8b7e-2d9c4a6f1e30"
    user_id   = each.key
  }

  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "The photo of ${self.user_id} is not set yet. Apply again in some minutes."
    }
  }
}
