output "guests" {
  description = "Object ids of the guests, by <source tenant id>/<source object id>."
  value       = { for key, guest in entraguest_invitation.guest : key => guest.object_id }
}

output "scope" {
  description = "How many are in the group of each source, how many of them are in scope, and how many are not and why."
  value       = { for name, source in local.read : name => source.scope }
}

output "collisions" {
  description = "Addresses that two sources bring: whose they are, and who was left out."
  value = {
    for email, places in local.places : email => {
      used     = substr(sort(places)[0], 6, -1)
      left_out = [for place in slice(sort(places), 1, length(places)) : substr(place, 6, -1)]
    } if length(places) > 1
  }
}

output "leavers" {
  description = "How many guests in the target groups of each source are in scope no more, and how many one plan may let go."
  value       = { for name, ids in local.leavers : name => { count = length(ids), ceiling = local.ceilings[name] } }

  precondition {
    condition = alltrue([for name, ids in local.leavers : length(ids) <= local.ceilings[name]])
    error_message = join(" ", concat(["More people would go than max_removals allows:"], [
      for name, ids in local.leavers : "${length(ids)} of ${name}, where ${local.ceilings[name]} may." if length(ids) > local.ceilings[name]
    ], ["If that is meant, raise max_removals for this run."]))
  }
}
