# By object id of the group
terraform import entraguest_group_memberships.auditors 9f2d7c1b-8e3a-4b6d-a5c4-1e0f3d2c5b68
