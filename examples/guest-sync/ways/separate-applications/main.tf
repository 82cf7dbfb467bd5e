# An application of its own in each source tenant. Terraform cannot loop over providers, so one more source is three
# more blocks: a provider, a module that reads with it, and an entry of sources.
# The ids are those of the emulated tenants in tests/seed.json.

# Signed in to the tenant the guests come to, by the environment.
provider "entraguest" {}

# Whatever a block leaves out comes from the environment as well: with federated credentials (use_oidc) there is no
# secret to leave out.
provider "entraguest" {
  alias     = "north"
  tenant_id = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02"
  client_id = "4c2b7a90-1d5e-4f83-b6a1-7e9d0c3f5a30"
}

provider "entraguest" {
  alias     = "south"
  tenant_id = "91a5d3e8-6b2c-4f17-8d90-3c7e5a0f4b03"
  client_id = "4c2b7a90-1d5e-4f83-b6a1-7e9d0c3f5a40"
}

module "north" {
  source = "../../modules/source"
  providers = {
    entraguest = entraguest.north
  }

  group_id = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a003"
}

module "south" {
  source = "../../modules/source"
  providers = {
    entraguest = entraguest.south
  }

  group_id = "d5a9c7b3-27e4-4f6d-b8a1-9c3e10f5d001"
}

module "guests" {
  source = "../.."

  read = {
    north = module.north
    south = module.south
  }

  # What modules/source reads is said there: group_id, nested_groups, include_disabled, address_source, managers.
  # Photos need one application.
  sources = {
    north = {
      target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"]
      company_name     = "North Inc."
    }

    south = {
      target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f002", "b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f003"]
      leavers          = "delete"
    }
  }
}

output "scope" {
  description = "Who is in scope, in numbers."
  value       = module.guests.scope
}

output "collisions" {
  description = "Addresses that several accounts have."
  value       = module.guests.collisions
}
