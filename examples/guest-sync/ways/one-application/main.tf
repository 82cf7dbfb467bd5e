# One multi-tenant application, consented to in every source tenant: one more source is one more entry here.
# The ids are those of the emulated tenants in tests/seed.json.

locals {
  sources = {
    north = {
      tenant_id        = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02"
      group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a003"
      target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"]
      company_name     = "North Inc."
      photos           = true
    }

    south = {
      tenant_id        = "91a5d3e8-6b2c-4f17-8d90-3c7e5a0f4b03"
      group_id         = "d5a9c7b3-27e4-4f6d-b8a1-9c3e10f5d001"
      target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f002", "b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f003"]
      leavers          = "delete"
    }
  }
}

# Signed in to the tenant the guests come to, by the environment. Nothing is ever written to a source tenant.
provider "entraguest" {
  source_tenant_ids = [for source in local.sources : source.tenant_id]
}

module "guests" {
  source  = "../.."
  sources = local.sources
}

output "scope" {
  description = "Who is in scope, in numbers."
  value       = module.guests.scope
}

output "collisions" {
  description = "Addresses that several accounts have."
  value       = module.guests.collisions
}
