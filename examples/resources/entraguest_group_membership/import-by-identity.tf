import {
  to = entraguest_group_membership.consultant
  identity = {
    tenant_id = "0f0c8d6e-6f0b-4c8e-9a39-8b1a5f2f7a10"
    group_id  = "3b1f6a52-5a0c-4f0e-9d0f-6a1c2e7b9d41"
    member_id = "7a4bb5f0-0d0e-4a53-8f0f-3a1f6d9f1c55"
  }
}
