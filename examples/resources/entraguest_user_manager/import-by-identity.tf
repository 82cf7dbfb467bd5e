import {
  to = entraguest_user_manager.guest["ada"]
  identity = {
    tenant_id = "0f0c8d6e-6f0b-4c8e-9a39-8b1a5f2f7a10"
    user_id   = "7a4bb5f0-0d0e-4a53-8f0f-3a1f6d9f1c55"
  }
}
