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
  exclude          = each.value.exclude
}

resource "entraguest_invitation" "guest" {
  # By <source tenant id>/<source object id>, never by address: a changed address is a move, not a leaver and a joiner.
  # The values are short: Terraform looks at all of them for each instance.
  for_each = { for key, person in local.people : key => person.email if !var.bulk }

  email                   = each.value
  redirect_url            = local.people[each.key].settings.redirect_url
  send_invitation_message = local.people[each.key].settings.mail
  on_destroy              = local.people[each.key].settings.leavers

  # Whoever is a guest already is taken over, and whoever comes back is restored or enabled.
  existing_user   = "adopt"
  allow_move      = true
  restore_deleted = true
  account_enabled = true

  # Who this is in the source: by it the brake knows whom a source has brought.
  extension_attributes = { (var.mark) = local.people[each.key].mark }

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
}

# The same people in one resource, for thousands of them.
resource "entraguest_guests" "all" {
  count = var.bulk ? 1 : 0

  guests = {
    for key, person in local.people : key => jsonencode(merge(person.profile, {
      email                = person.email
      account_enabled      = true
      extension_attributes = { (var.mark) = person.mark }

      # By key, and null for not managed.
      manager = person.managed ? (person.manager != null ? person.manager : "") : null
    }))
  }

  redirect_url            = one(distinct([for source in var.sources : source.redirect_url]))
  send_invitation_message = anytrue([for source in var.sources : source.mail])
  on_removal              = one(distinct([for source in var.sources : source.leavers]))
  existing_user           = "adopt"
  allow_move              = true
  restore_deleted         = true

  # The brake counts for each source.
  max_removals = -1

  lifecycle {
    precondition {
      condition = length(distinct([
        for source in var.sources : { redirect_url = source.redirect_url, mail = source.mail, leavers = source.leavers }
      ])) == 1
      error_message = "With bulk = true everybody is in one resource, so all sources have the same leavers, mail and redirect_url. Call the module once more for sources that differ."
    }
  }
}

locals {
  object_ids = merge({ for key, guest in entraguest_invitation.guest : key => guest.object_id }, entraguest_guests.all[*].object_ids...)
}

# One resource for each group, not for each person: leavers go out of it in a few requests.
resource "entraguest_group_memberships" "target" {
  for_each = local.target_group_ids

  group_id   = each.key
  member_ids = [for key, person in local.people : local.object_ids[key] if contains(person.groups, each.key)]
}

resource "entraguest_user_photo" "guest" {
  for_each = { for key, person in local.people : key => person.email if person.settings.photos }

  user_id = local.object_ids[each.key]

  copy_from = {
    tenant_id = split("/", local.people[each.key].account)[0]
    user_id   = split("/", local.people[each.key].account)[1]
  }
}

# A resource of its own, but in bulk: the instances of one for_each cannot refer to each other.
resource "entraguest_user_manager" "guest" {
  for_each = { for key, person in local.people : key => person.manager if person.manager != null && !var.bulk }

  user_id    = local.object_ids[each.key]
  manager_id = local.object_ids[each.value]
}
