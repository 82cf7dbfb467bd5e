output "guests" {
  description = "Object ids of the guests, by <source tenant id>/<source object id> of the account that each guest came for first."
  value       = local.object_ids

  # Creating never fails once somebody is there, so what is left over fails the run here. A postcondition with self in
  # each resource would have Terraform decode all of them for each of them.
  precondition {
    condition     = length(local.incomplete) == 0
    error_message = join("\n", concat(["Not everything has reached the directory yet. Apply again, for photos in some minutes:"], local.incomplete))
  }
}

locals {
  incomplete = concat(
    [for guest in entraguest_invitation.guest : "the profile of ${guest.email}" if !guest.complete],
    [for key, reason in merge(entraguest_guests.all[*].incomplete...) : "${key}: ${reason}"],
    [for memberships in entraguest_group_memberships.target : "the group ${memberships.group_id}" if !memberships.complete],
    [for key, photo in entraguest_user_photo.guest : "the photo of ${local.people[key].email}" if !photo.complete],
  )
}

output "scope" {
  description = "How many are in the group of each source, how many of them are in scope, and how many are not and why."
  value = {
    for name, source in local.read : name => merge(source.scope, {
      in_scope       = length(local.coming[name])
      of_this_tenant = length(source.people) - length(local.coming[name])
    })
  }
}

output "collisions" {
  description = "Addresses that several accounts have: which of these come, and which are left out. Two that come are perhaps one person."
  value = {
    for address, keys in {
      for pair in flatten([
        for key, account in local.accounts : [for address in account.addresses : { address = address, key = key }]
      ]) : pair.address => pair.key...
      } : address => {
      come     = [for key in keys : key if can(local.owners[key])]
      left_out = [for key in keys : key if !can(local.owners[key])]
    } if length(keys) > 1
  }
}
