# Everybody in one resource: the same people, profiles, managers, groups, photos, moves and leavers.

variables {
  bulk = true

  host  = "0d1c9a52-7f0b-4a39-9c55-2f8f6a1e0b01"
  north = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02"
  south = "91a5d3e8-6b2c-4f17-8d90-3c7e5a0f4b03"

  ines  = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02/2f9a6c10-55b1-4e0d-93f7-8c4d1e2b7001"
  lea   = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02/2f9a6c10-55b1-4e0d-93f7-8c4d1e2b7004"
  ines2 = "91a5d3e8-6b2c-4f17-8d90-3c7e5a0f4b03/7d4e1f92-88c3-4b6a-a1d5-0e9f3c5b6001"
  nora  = "91a5d3e8-6b2c-4f17-8d90-3c7e5a0f4b03/7d4e1f92-88c3-4b6a-a1d5-0e9f3c5b6002"

  group_id = "b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f002"
  emails   = ["ines@north.example", "lea@north.example", "nora@south.example"]

  sources = {
    north = {
      tenant_id        = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02"
      group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a004"
      target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"]
      photos           = true
      managers         = true
    }
    south = {
      tenant_id        = "91a5d3e8-6b2c-4f17-8d90-3c7e5a0f4b03"
      group_id         = "d5a9c7b3-27e4-4f6d-b8a1-9c3e10f5d001"
      target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f002"]
      address_source   = "mail"
      managers         = true
    }
  }
}

provider "entraguest" {
  tenant_id         = var.host
  source_tenant_ids = [var.north, var.south]
}

run "joiners_are_invited" {
  assert {
    condition     = length(output.guests) == 5 && length(entraguest_invitation.guest) == 0 && alltrue([for id in values(output.guests) : id != null])
    error_message = "Five people come, all of them in one resource."
  }
  assert {
    condition     = length(entraguest_group_memberships.target["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"].member_ids) == 4 && length(entraguest_user_photo.guest) == 4
    error_message = "The people of North are in their group, with photos."
  }
}

run "they_have_their_profile" {
  module {
    source = "./tests/look"
  }

  assert {
    condition = alltrue([
      output.people["nora@south.example"].company_name == "South Ltd", output.people["nora@south.example"].display_name == "Nora Nord",
      output.people["nora@south.example"].extension_attributes == tomap({ extensionAttribute15 = var.nora }),
      output.people["nora@south.example"].account_enabled, output.in_group["nora@south.example"], !output.in_group["ines@north.example"],
    ])
    error_message = "Nora has not the profile of South, or is not in its group."
  }
  assert {
    condition     = output.people["lea@north.example"].manager_id == output.people["ines@north.example"].object_id
    error_message = "Ines is Lea's manager at home, and not here."
  }
  assert {
    condition     = output.people["nora@south.example"].manager_id == null && output.people["ines@north.example"].manager_id == null
    error_message = "Somebody has a manager who did not come."
  }
}

run "an_emptied_source_is_stopped" {
  command = plan

  variables {
    sources = {
      north = {
        tenant_id        = var.north
        group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a002"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"]
        max_removals     = 3
      }
      south = {
        tenant_id        = var.south
        group_id         = "d5a9c7b3-27e4-4f6d-b8a1-9c3e10f5d001"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f002"]
        address_source   = "mail"
      }
    }
  }

  expect_failures = [terraform_data.brake]
}

run "the_first_source_loses_everybody" {
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
        managers         = true
      }
    }
  }

  assert {
    condition     = toset(keys(output.guests)) == toset([var.ines, var.nora]) && output.guests[var.ines] == run.joiners_are_invited.guests[var.ines]
    error_message = "Ines belongs to South now, as the same guest."
  }
  assert {
    condition     = length(entraguest_user_photo.guest) == 0
    error_message = "South brings no photos."
  }
}

run "leavers_are_disabled_and_movers_are_not" {
  module {
    source = "./tests/look"
  }

  assert {
    condition     = !output.people["lea@north.example"].account_enabled
    error_message = "Lea left and is enabled."
  }
  assert {
    condition     = output.people["lea@north.example"].manager_id == output.people["ines@north.example"].object_id
    error_message = "Lea left, and lost the manager, which only single resources take away."
  }
  assert {
    condition     = output.people["nora@south.example"].manager_id == output.people["ines@north.example"].object_id
    error_message = "Ines came for South, too, and is not Nora's manager."
  }
  assert {
    condition = alltrue([
      output.people["ines@north.example"].account_enabled, output.people["ines@north.example"].job_title == "Consultant",
      output.in_group["ines@north.example"],
      output.people["ines@north.example"].extension_attributes["extensionAttribute15"] == "${var.ines} ${var.ines2}",
    ])
    error_message = "Ines has not the profile of South, or is not in its group."
  }
}

run "they_come_back" {
  assert {
    condition     = output.guests == run.joiners_are_invited.guests
    error_message = "Whoever comes back is the same guest."
  }
}

run "settings_of_one_resource" {
  command = plan

  variables {
    sources = {
      north = {
        tenant_id        = var.north
        group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a004"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"]
        leavers          = "delete"
      }
      south = {
        tenant_id        = var.south
        group_id         = "d5a9c7b3-27e4-4f6d-b8a1-9c3e10f5d001"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f002"]
        address_source   = "mail"
      }
    }
  }

  expect_failures = [entraguest_guests.all]
}
