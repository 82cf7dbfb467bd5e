import {
  to = entraguest_group_memberships.auditors
  identity = {
    tenant_id = "0f0c8d6e-6f0b-4c8e-9a39-8b1a5f2f7a10"
    group_id  = "9f2d7c1b-8e3a-4b6d-a5c4-1e0f3d2c5b68"
  }
}
