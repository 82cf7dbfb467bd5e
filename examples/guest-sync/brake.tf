# The brake: a source that empties by mistake must not empty the tenant. A resource cannot count its siblings, so the
# guests in the target groups are compared with whoever is in scope.

data "entraguest_group_members" "target" {
  for_each = local.target_group_ids

  group_id   = each.key
  attributes = ["external", "other_mails", "proxy_addresses"]
}

locals {
  in_scope = { for address in flatten([for source in local.read : [for person in source.people : person.addresses]]) : address => true... }

  guests = { for group, members in data.entraguest_group_members.target : group => {
    for id, member in members.by_id : id => [
      for address in concat(member.mail == null ? [] : [member.mail], member.other_mails, member.proxy_addresses) : lower(replace(address, "/^(?i)smtp:/", ""))
    ] if member.external
  } }

  leavers = { for name, source in var.sources : name => distinct(flatten([
    for group in source.target_group_ids : [
      for id, addresses in local.guests[lower(group)] : id if !anytrue([for address in addresses : can(local.in_scope[address])])
    ]
  ])) }

  ceilings = { for name, source in var.sources : name => source.max_removals != null ? source.max_removals : max(5, floor(
    length(distinct(flatten([for group in source.target_group_ids : keys(local.guests[lower(group)])]))) / 10
  )) }
}
