# People who move: from one group in scope to another one, and from one source to another one. They stay who they are.

variables {
  host  = "0d1c9a52-7f0b-4a39-9c55-2f8f6a1e0b01"
  north = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02"
  south = "91a5d3e8-6b2c-4f17-8d90-3c7e5a0f4b03"

  ines  = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02/2f9a6c10-55b1-4e0d-93f7-8c4d1e2b7001"
  ines2 = "91a5d3e8-6b2c-4f17-8d90-3c7e5a0f4b03/7d4e1f92-88c3-4b6a-a1d5-0e9f3c5b6001"

  emails = ["eva@north.example"]

  # Who is in both groups of North, or moves between them, stays in the group of all.
  sources = {
    colleagues = {
      tenant_id        = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02"
      group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a001"
      target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001", "b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f002"]
      max_removals     = 1
    }
    team = {
      tenant_id        = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02"
      group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a005"
      target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f003", "b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f002"]
      max_removals     = 0
    }
  }
}

provider "entraguest" {
  tenant_id         = var.host
  source_tenant_ids = [var.north, var.south]
}

provider "entraguest" {
  alias         = "north"
  tenant_id     = var.north
  client_id     = "4c2b7a90-1d5e-4f83-b6a1-7e9d0c3f5a20"
  client_secret = "prepares the tests"
}

run "two_colleagues" {
  module {
    source = "./tests/people"
  }
  providers = {
    entraguest = entraguest.north
  }
  variables {
    group_id = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a001"
    team_id  = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a005"
    people = {
      eva = { user_principal_name = "eva@north.example" }
      fin = { user_principal_name = "fin@north.example", in_team = true }
    }
  }
}

run "they_come" {
  assert {
    condition     = length(output.guests) == 2 && length(entraguest_group_memberships.target["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f002"].member_ids) == 2
    error_message = "Two people come, and Fin but once."
  }
}

run "one_goes_into_the_team" {
  module {
    source = "./tests/people"
  }
  providers = {
    entraguest = entraguest.north
  }
  variables {
    group_id = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a001"
    team_id  = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a005"
    people = {
      eva = { user_principal_name = "eva@north.example", in_scope = false, in_team = true }
      fin = { user_principal_name = "fin@north.example", in_team = true }
    }
  }
}

# Nobody may leave the team, and one the colleagues: Eva goes out of the colleagues' group alone.
run "a_mover_is_the_same_guest" {
  assert {
    condition     = output.guests == run.they_come.guests
    error_message = "Somebody is another guest now."
  }
}

run "a_mover_is_in_the_other_group" {
  module {
    source = "./tests/look"
  }
  variables {
    group_id = "b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f003"
  }

  assert {
    condition     = output.in_group["eva@north.example"] && output.people["eva@north.example"].account_enabled
    error_message = "Eva moved, and is not in the team's group."
  }
}

run "and_not_in_the_old_one" {
  module {
    source = "./tests/look"
  }
  variables {
    group_id = "b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"
  }

  assert {
    condition     = !output.in_group["eva@north.example"]
    error_message = "Eva moved, and is still in the colleagues' group."
  }
}

run "one_person_in_two_sources" {
  variables {
    sources = {
      north = {
        tenant_id        = var.north
        group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a004"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"]
      }
      south = {
        tenant_id        = var.south
        group_id         = "d5a9c7b3-27e4-4f6d-b8a1-9c3e10f5d001"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f002"]
        address_source   = "mail"
      }
    }
  }

  assert {
    condition     = length(output.guests) == 5 && !contains(keys(output.guests), var.ines2)
    error_message = "Ines belongs to the first source."
  }
}

run "the_first_source_loses_the_person" {
  variables {
    sources = {
      north = {
        tenant_id        = var.north
        group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a002"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"]
      }
      south = {
        tenant_id        = var.south
        group_id         = "d5a9c7b3-27e4-4f6d-b8a1-9c3e10f5d001"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f002"]
        address_source   = "mail"
      }
    }
  }

  assert {
    condition     = output.guests[var.ines] == run.one_person_in_two_sources.guests[var.ines] && length(output.guests) == 2
    error_message = "The second source takes over the same guest, under the old key."
  }
  assert {
    condition = alltrue([
      entraguest_invitation.guest[var.ines].job_title == "Consultant", entraguest_invitation.guest[var.ines].account_enabled,
      entraguest_invitation.guest[var.ines].extension_attributes["extensionAttribute15"] == "${var.ines} ${var.ines2}",
    ])
    error_message = "Ines has not the profile of South, or the mark does not tell."
  }
  assert {
    condition     = contains(entraguest_group_memberships.target["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f002"].member_ids, output.guests[var.ines])
    error_message = "Ines is not in the group of South."
  }
}

# Ines counts for South now.
run "whoever_was_taken_over_counts_for_the_new_source" {
  command = plan

  variables {
    sources = {
      north = {
        tenant_id        = var.north
        group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a002"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"]
      }
      south = {
        tenant_id        = var.south
        group_id         = "d5a9c7b3-27e4-4f6d-b8a1-9c3e10f5d002"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f002"]
        max_removals     = 1
      }
    }
  }

  expect_failures = [terraform_data.brake]
}

run "the_first_source_has_the_person_again" {
  variables {
    sources = {
      north = {
        tenant_id        = var.north
        group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a004"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"]
      }
      south = {
        tenant_id        = var.south
        group_id         = "d5a9c7b3-27e4-4f6d-b8a1-9c3e10f5d001"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f002"]
        address_source   = "mail"
      }
    }
  }

  assert {
    condition     = output.guests == run.one_person_in_two_sources.guests && entraguest_invitation.guest[var.ines].job_title == ""
    error_message = "Everybody comes back as the guest of before, and Ines belongs to North again."
  }
  assert {
    condition     = entraguest_invitation.guest[var.ines].extension_attributes["extensionAttribute15"] == var.ines
    error_message = "The mark still names South."
  }
}
