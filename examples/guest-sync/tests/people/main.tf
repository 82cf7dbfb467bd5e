# Prepares a source tenant for the tests: accounts, who is in the group in scope, and who is whose manager.

variable "people" {
  type = map(object({
    user_principal_name = string
    job_title           = optional(string, "")
    account_enabled     = optional(bool, true)
    in_scope            = optional(bool, true)
    in_team             = optional(bool, false)
    manager             = optional(string)
    photo               = optional(string)
  }))
}

variable "group_id" {
  type = string
}

variable "team_id" {
  description = "A second group."
  type        = string
  default     = null
}

resource "entraguest_specialist_user" "person" {
  for_each = var.people

  given_name          = title(each.key)
  surname             = "North"
  display_name        = "${title(each.key)} North"
  user_principal_name = each.value.user_principal_name
  job_title           = each.value.job_title
  department          = "Research"
  account_enabled     = each.value.account_enabled
}

resource "entraguest_group_memberships" "scope" {
  group_id   = var.group_id
  member_ids = [for name, person in var.people : entraguest_specialist_user.person[name].object_id if person.in_scope]
}

resource "entraguest_group_memberships" "team" {
  count = var.team_id == null ? 0 : 1

  group_id   = var.team_id
  member_ids = [for name, person in var.people : entraguest_specialist_user.person[name].object_id if person.in_team]
}

resource "entraguest_user_manager" "manager" {
  for_each = { for name, person in var.people : name => person.manager if person.manager != null }

  user_id    = entraguest_specialist_user.person[each.key].object_id
  manager_id = entraguest_specialist_user.person[each.value].object_id
}

resource "entraguest_user_photo" "photo" {
  for_each = { for name, person in var.people : name => person.photo if person.photo != null }

  user_id        = entraguest_specialist_user.person[each.key].object_id
  content_base64 = each.value
}

output "key" {
  description = "What the module calls each person."
  value       = { for name, person in entraguest_specialist_user.person : name => "${person.tenant_id}/${person.object_id}" }
}
