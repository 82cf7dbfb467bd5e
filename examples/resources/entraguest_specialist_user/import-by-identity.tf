import {
  to = entraguest_specialist_user.jan
  identity = {
    tenant_id = "0f0c8d6e-6f0b-4c8e-9a39-8b1a5f2f7a10"
    object_id = "4e6b0d7a-93c5-4f2e-8b1d-7a5c9e0f3d26"
  }
}
