# The brake: a source that empties by mistake must not empty the tenant. A resource cannot count its siblings, so the
# guests who are in the target groups are compared with those who are to be in them.

# Every guest carries a mark in an extension attribute: <source tenant id>/<source object id>. It tells, whatever the
# address is by now and whoever else is in the group, which source a guest came from. Where another source has taken
# the person over, the mark is two keys: the one the guest came under, and the one of today.
data "entraguest_group_members" "target" {
  for_each = local.target_group_ids

  group_id   = each.key
  attributes = ["extension_attributes"]
}

locals {
  # Whom the module has brought, by target group and object id.
  brought = {
    for group, members in data.entraguest_group_members.target : group => {
      for id, member in members.by_id : id => {
        key    = split(" ", member.extension_attributes[var.mark])[0]
        tenant = split("/", reverse(split(" ", member.extension_attributes[var.mark]))[0])[0]
        mail   = try(lower(member.mail), "")
      } if can(regex("^[0-9a-f-]{36}/[0-9a-f-]{36}( |$)", member.extension_attributes[var.mark]))
    }
  }
  marked = flatten([for guests in local.brought : values(guests)])
  here   = { for guest in local.marked : guest.key => true... }

  # Whom each source has in its target groups, and which of them would go out of one. Somebody who is to stay, for this
  # source or another one, is no leaver. Sources of one tenant are told apart by who is in scope; of leavers nobody
  # knows, so they count for each source of their tenant that has the group.
  stays = {
    for group in local.target_group_ids : group => { for key, person in local.people : key => true if contains(person.groups, group) }
  }
  leavers = {
    for name, groups in local.targets : name => {
      for id in flatten([
        for group in groups : [
          for id, guest in local.brought[group] : id if guest.tenant == local.read[name].tenant_id && !can(local.stays[group][guest.key])
        ]
      ]) : id => true...
    }
  }
  # Apart from the people: try looks through all of what it is given, for each guest.
  bringing = { for key, person in local.people : key => person.sources }
  guests = {
    for name, groups in local.targets : name => merge(local.leavers[name], {
      for id in flatten([
        for group in groups : [
          for id, guest in local.brought[group] : id if try(contains(local.bringing[guest.key], name), false)
        ]
      ]) : id => true...
    })
  }
  ceilings = {
    for name, source in var.sources : name => source.max_removals != null ? source.max_removals : max(5, floor(length(local.guests[name]) / 10))
  }
}

# It holds nothing: it is where a plan fails.
resource "terraform_data" "brake" {
  lifecycle {
    precondition {
      condition = alltrue([for name, ids in local.leavers : length(ids) <= local.ceilings[name]])
      error_message = join(" ", concat(["More people would go than max_removals allows:"], [
        for name, ids in local.leavers : "${length(ids)} of the ${length(local.guests[name])} guests of ${name}, where ${local.ceilings[name]} may."
        if length(ids) > local.ceilings[name]
      ], ["If that is meant, raise max_removals for this run."]))
    }
  }
}
