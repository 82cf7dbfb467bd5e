# Who comes, by which address, with which profile, and into which groups.

data "entraguest_tenant" "here" {}

locals {
  read = merge({ for name, source in module.source : name => source }, var.read)

  # This tenant's own people are no guests of it, whatever group they are in elsewhere.
  own_domains = [for domain in data.entraguest_tenant.here.verified_domains : lower(domain)]
  coming = {
    for name, source in local.read : name => {
      for key, person in source.people : key => person if !contains(local.own_domains, split("@", person.email)[1])
    }
  }

  # The sources in their order: by rank, then by name.
  order = [
    for line in sort([for name, source in var.sources : format("%05d %s", source.rank, name)]) : substr(line, 6, -1)
  ]

  # A person in two groups of one tenant comes once, by the first source's settings, into the target groups of both.
  candidates = {
    for candidate in flatten([
      for position, name in local.order : [
        for key, person in local.coming[name] : { key = key, source = name, place = format("%05d %s", position, key) }
      ]
    ]) : candidate.key => candidate...
  }
  accounts = { for key, candidates in local.candidates : key => local.coming[candidates[0].source][key] }

  # Accounts with one address are one person, whose guest belongs to the first of them.
  addresses = {
    for key, account in local.accounts : key => var.same_person == "any_address" ? account.addresses : [account.email]
  }
  places = {
    for pair in flatten([
      for key, addresses in local.addresses : [for address in addresses : { address = address, place = local.candidates[key][0].place }]
    ]) : pair.address => pair.place...
  }
  first  = { for address, places in local.places : address => substr(sort(places)[0], 6, -1) }
  owners = { for key, addresses in local.addresses : key => true if alltrue([for address in addresses : local.first[address] == key]) }

  # Who is a guest already keeps the key the guest came under, even when another source has the person now: for
  # Terraform, another key would be somebody else. What the mark of a guest says tells; see brake.tf.
  heirs = {
    for guest in local.marked : guest.key => local.first[guest.mail]...
    if !can(local.owners[guest.key]) && can(local.owners[local.first[guest.mail]]) && !can(local.here[local.first[guest.mail]])
  }
  inherited = { for key, heirs in local.heirs : heirs[0] => key... }
  keys      = { for key, _ in local.owners : key => try(local.inherited[key][0], key) }

  # Everybody who comes, by the key of the guest.
  people = {
    for account, key in local.keys : key => {
      account  = account
      email    = local.accounts[account].email
      mark     = join(" ", distinct([key, account]))
      sources  = local.candidates[account][*].source
      settings = var.sources[local.candidates[account][0].source]
      groups   = distinct(flatten([for candidate in local.candidates[account] : local.targets[candidate.source]]))
      manager  = try(local.keys[local.managers[account]], null)
      managed  = local.read[local.candidates[account][0].source].managers

      # Null means "not managed": a title cleared in the source has to be "" here, or the old one would stay for ever.
      profile = {
        for name, value in local.profiles[account] : name => value != "" ? value : contains(local.kept, name) ? null : ""
      }
    }
  }

  # Apart from the accounts: try looks through all of what it is given, for each person.
  managers = { for key, account in local.accounts : key => account.manager }

  profiles = {
    for account, _ in local.keys : account => merge(
      {
        for name in var.sources[local.candidates[account][0].source].carry : name => (
          local.accounts[account][name] == null ? "" : trimspace(replace(local.accounts[account][name], local.hostile, ""))
        )
      },
      { for name, value in { company_name = var.sources[local.candidates[account][0].source].company_name } : name => value if value != null },
    )
  }

  # What Graph cannot clear.
  kept = ["display_name", "usage_location"]

  # Characters that steer a terminal or turn the direction of text. The provider refuses them, and one name in one
  # source must not stop everybody else.
  hostile = "/[\\p{Cc}\\x{2028}\\x{2029}\\x{061C}\\x{200E}\\x{200F}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}]/"

  targets          = { for name, source in var.sources : name => distinct([for id in source.target_group_ids : lower(id)]) }
  target_group_ids = toset(flatten(values(local.targets)))
}
