# Looks at what is in the directory, whatever the state says.

variable "emails" {
  type = list(string)
}

variable "group_id" {
  type = string
}

data "entraguest_users" "found" {
  emails         = var.emails
  ignore_missing = true
  attributes     = ["account_enabled", "company_name", "display_name", "extension_attributes", "job_title", "manager_id"]
}

data "entraguest_group_members" "group" {
  group_id = var.group_id
}

locals {
  people = { for email, id in data.entraguest_users.found.by_email : email => data.entraguest_users.found.by_id[id] }
}

output "people" {
  value = local.people
}

output "in_group" {
  value = { for email, person in local.people : email => contains(keys(data.entraguest_group_members.group.by_id), person.object_id) }
}
