# By object id of the group and of the person
terraform import entraguest_group_membership.consultant 3b1f6a52-5a0c-4f0e-9d0f-6a1c2e7b9d41/7a4bb5f0-0d0e-4a53-8f0f-3a1f6d9f1c55
