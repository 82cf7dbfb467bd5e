# What happens to leavers, by the settings of their source, and the brake on their number. People are in the source
# from the beginning; what changes is the group in scope.

variables {
  host  = "0d1c9a52-7f0b-4a39-9c55-2f8f6a1e0b01"
  north = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02"
  south = "91a5d3e8-6b2c-4f17-8d90-3c7e5a0f4b03"

  group_id = "b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"
  emails   = ["ines@north.example", "lea@north.example", "nora@south.example", "ines@south.example"]
}

provider "entraguest" {
  tenant_id         = var.host
  source_tenant_ids = [var.north, var.south]
}

run "everybody_comes" {
  variables {
    sources = {
      north = {
        tenant_id        = var.north
        group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a004"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001", "b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f003"]
        leavers          = "delete"
        max_removals     = 3
      }
      south = {
        tenant_id        = var.south
        group_id         = "d5a9c7b3-27e4-4f6d-b8a1-9c3e10f5d001"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f002"]
        leavers          = "keep"
      }
    }
  }

  assert {
    condition     = length(output.guests) == 6
    error_message = "Four of North and two of South come."
  }
}

run "an_emptied_source_is_stopped" {
  command = plan

  variables {
    sources = {
      north = {
        tenant_id        = var.north
        group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a002"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001", "b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f003"]
        leavers          = "delete"
        max_removals     = 2
      }
      south = {
        tenant_id        = var.south
        group_id         = "d5a9c7b3-27e4-4f6d-b8a1-9c3e10f5d001"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f002"]
        leavers          = "keep"
      }
    }
  }

  expect_failures = [terraform_data.brake]
}

run "nobody_was_touched" {
  module {
    source = "./tests/look"
  }

  assert {
    condition     = alltrue([for email in ["ines@north.example", "lea@north.example"] : output.people[email].account_enabled && output.in_group[email]])
    error_message = "The brake came too late."
  }
}

run "everybody_leaves" {
  variables {
    sources = {
      north = {
        tenant_id        = var.north
        group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a002"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001", "b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f003"]
        leavers          = "delete"
        max_removals     = 4
      }
      south = {
        tenant_id        = var.north
        group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a002"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f002"]
        leavers          = "keep"
      }
    }
  }

  assert {
    condition     = length(output.guests) == 0
    error_message = "Somebody stayed."
  }
}

run "deleted_or_kept" {
  module {
    source = "./tests/look"
  }

  assert {
    condition     = keys(output.people) == ["ines@south.example", "nora@south.example"]
    error_message = "People of North were to be deleted, and those of South to stay."
  }
  assert {
    condition     = alltrue([for person in output.people : person.account_enabled])
    error_message = "People of South were to be kept as they are."
  }
}

run "a_deleted_returner_is_restored" {
  variables {
    sources = {
      north = {
        tenant_id        = var.north
        group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a004"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"]
      }
    }
  }

  assert {
    condition = alltrue([for key, guest in entraguest_invitation.guest :
      guest.origin == "restored" && guest.account_enabled && guest.object_id == run.everybody_comes.guests[key]
    ])
    error_message = "Whoever was deleted and comes back is the same person."
  }
}
