# People of groups in other tenants as guests of this one. See README.md.

module "source" {
  source   = "./modules/source"
  for_each = { for name, source in var.sources : name => source if !contains(keys(var.read), name) }

  tenant_id        = each.value.tenant_id
  group_id         = each.value.group_id
  nested_groups    = each.value.nested_groups
  include_disabled = each.value.include_disabled
  managers         = each.value.managers
  address_source   = each.value.address_source
}

resource "entraguest_invitation" "guest" {
  # By <source tenant id>/<source object id>, never by address: a changed address is a move, not a leaver and a joiner.
  # The values are short: Terraform looks at all of them for each instance.
  for_each = local.owners

  email                   = each.value
  redirect_url            = local.chosen[each.key].settings.redirect_url
  send_invitation_message = local.chosen[each.key].settings.mail
  on_destroy              = local.chosen[each.key].settings.leavers

  # Whoever is a guest already is taken over, and whoever comes back is restored or enabled.
  existing_user   = "adopt"
  allow_move      = true
  restore_deleted = true
  account_enabled = true

  city            = lookup(local.people[each.key].profile, "city", null)
  company_name    = lookup(local.people[each.key].profile, "company_name", null)
  country         = lookup(local.people[each.key].profile, "country", null)
  department      = lookup(local.people[each.key].profile, "department", null)
  display_name    = lookup(local.people[each.key].profile, "display_name", null)
  employee_id     = lookup(local.people[each.key].profile, "employee_id", null)
  given_name      = lookup(local.people[each.key].profile, "given_name", null)
  job_title       = lookup(local.people[each.key].profile, "job_title", null)
  mobile_phone    = lookup(local.people[each.key].profile, "mobile_phone", null)
  office_location = lookup(local.people[each.key].profile, "office_location", null)
  surname         = lookup(local.people[each.key].profile, "surname", null)
  usage_location  = lookup(local.people[each.key].profile, "usage_location", null)

  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "${self.email} was invited, but the profile is not complete yet. Apply again."
    }
  }
}

# One resource for each group, not for each person: leavers go out of it in a few requests.
resource "entraguest_group_memberships" "target" {
  for_each = local.target_group_ids

  group_id   = each.key
  member_ids = [for key, person in local.people : entraguest_invitation.guest[key].object_id if can(person.groups[each.key])]

  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "Not everybody came into the group ${self.group_id}. Apply again."
    }
  }
}

resource "entraguest_user_photo" "guest" {
  for_each = { for key, guest in local.chosen : key => guest.email if guest.settings.photos }

  user_id = entraguest_invitation.guest[each.key].object_id

  copy_from = {
    tenant_id = split("/", each.key)[0]
    user_id   = split("/", each.key)[1]
  }

  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "The photo of ${each.value} is not set yet. Apply again in some minutes."
    }
  }
}

# A resource of its own: the instances of one for_each cannot refer to each other.
resource "entraguest_user_manager" "guest" {
  for_each = { for key, person in local.people : key => person.manager if person.manager != null }

  user_id    = entraguest_invitation.guest[each.key].object_id
  manager_id = entraguest_invitation.guest[each.value].object_id
}
