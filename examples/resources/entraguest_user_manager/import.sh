# By object id of the user
terraform import 'entraguest_user_manager.guest["ada"]' 7a4bb5f0-0d0e-4a53-8f0f-3a1f6d9f1c55
