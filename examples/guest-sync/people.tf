# Who comes, by which address, with which profile, and into which groups.

locals {
  read = merge({ for name, source in module.source : name => source }, var.read)

  # The sources in their order: by rank, then by name.
  order = [
    for line in sort([for name, source in var.sources : format("%05d %s", source.rank, name)]) : substr(line, 6, -1)
  ]

  candidates = flatten([
    for position, name in local.order : [
      for key, person in local.read[name].people : {
        key    = key
        source = name
        place  = format("%05d %s", position, key)
        email  = person.email
      }
    ]
  ])

  # A person in two groups of one tenant comes once, by the first source's settings, into the target groups of both.
  by_key = { for candidate in local.candidates : candidate.key => candidate... }

  # An address in two tenants is one guest, who belongs to the first source.
  places = { for key, candidates in local.by_key : candidates[0].email => candidates[0].place... }
  owners = { for email, places in local.places : substr(sort(places)[0], 6, -1) => email }

  chosen = {
    for key, email in local.owners : key => {
      email    = email
      source   = local.by_key[key][0].source
      settings = var.sources[local.by_key[key][0].source]
      person   = local.read[local.by_key[key][0].source].people[key]
    }
  }

  people = {
    for key, guest in local.chosen : key => {
      groups  = { for id in flatten([for candidate in local.by_key[key] : var.sources[candidate.source].target_group_ids]) : lower(id) => true... }
      manager = guest.settings.managers && can(local.owners[guest.person.manager]) ? guest.person.manager : null

      # Null means "not managed": a title cleared in the source has to be "" here, or the old one would stay for ever.
      profile = {
        for name, value in merge(local.clean[key], guest.settings.company_name == null ? {} : { company_name = guest.settings.company_name }) :
        name => value != "" ? value : contains(local.kept, name) ? null : ""
      }
    }
  }

  clean = {
    for key, guest in local.chosen : key => {
      for name in guest.settings.carry : name => guest.person[name] == null ? "" : trimspace(replace(guest.person[name], local.hostile, ""))
    }
  }

  # What Graph cannot clear.
  kept = ["display_name", "usage_location"]

  # Characters that steer a terminal or turn the direction of text. The provider refuses them, and one name in one
  # source must not stop everybody else.
  hostile = "/[\\p{Cc}\\x{2028}\\x{2029}\\x{061C}\\x{200E}\\x{200F}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}]/"

  target_group_ids = toset([for id in flatten([for source in var.sources : source.target_group_ids]) : lower(id)])
}
