terraform {
  required_version = ">= 1.8"

  required_providers {
    entraguest = {
      source = "entraguest/entraguest"
    }
  }
}

# Every argument can come from the environment instead: ARM_TENANT_ID, ARM_CLIENT_ID, ARM_USE_OIDC …
provider "entraguest" {
  tenant_id = "0f0c8d6e-6f0b-4c8e-9a39-8b1a5f2f7a10"
  client_id = "5b7f4f0a-3c55-4f0e-8f54-2f6f3f0c9d21"
  use_oidc  = true
}
