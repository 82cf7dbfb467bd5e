# Who is in scope, by which address, and who wins where two sources bring one person. Nothing is applied.

variables {
  host  = "0d1c9a52-7f0b-4a39-9c55-2f8f6a1e0b01"
  north = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02"
  south = "91a5d3e8-6b2c-4f17-8d90-3c7e5a0f4b03"

  ines  = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02/2f9a6c10-55b1-4e0d-93f7-8c4d1e2b7001"
  jon   = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02/2f9a6c10-55b1-4e0d-93f7-8c4d1e2b7002"
  kim   = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02/2f9a6c10-55b1-4e0d-93f7-8c4d1e2b7003"
  lea   = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02/2f9a6c10-55b1-4e0d-93f7-8c4d1e2b7004"
  max   = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02/2f9a6c10-55b1-4e0d-93f7-8c4d1e2b7005"
  ines2 = "91a5d3e8-6b2c-4f17-8d90-3c7e5a0f4b03/7d4e1f92-88c3-4b6a-a1d5-0e9f3c5b6001"
  nora  = "91a5d3e8-6b2c-4f17-8d90-3c7e5a0f4b03/7d4e1f92-88c3-4b6a-a1d5-0e9f3c5b6002"
  pat   = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02/2f9a6c10-55b1-4e0d-93f7-8c4d1e2b7011"
  sol   = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02/2f9a6c10-55b1-4e0d-93f7-8c4d1e2b7014"
}

provider "entraguest" {
  tenant_id         = var.host
  source_tenant_ids = [var.north, var.south]
}

run "guests_and_disabled_accounts_are_out_of_scope" {
  command = plan

  variables {
    sources = {
      north = {
        tenant_id        = var.north
        group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a003"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"]
      }
    }
  }

  assert {
    condition = output.scope.north == {
      members = 6, in_scope = 4, guests = 1, disabled = 1, excluded = 0, without_address = 0, unusable_address = 0, of_this_tenant = 0
    }
    error_message = "Guests or disabled accounts are in scope, or are not counted."
  }
  assert {
    condition = { for key, guest in entraguest_invitation.guest : key => guest.email } == {
      (var.ines) = "ines@north.example"
      (var.jon)  = "jon@mail.north.example"
      (var.kim)  = "kim@north.example"
      (var.lea)  = "lea@north.example"
    }
    error_message = "The address is mail where the source has verified its domain, else the user principal name."
  }
  assert {
    condition     = alltrue([for guest in entraguest_invitation.guest : !guest.send_invitation_message])
    error_message = "Mail is off unless a source asks for it."
  }
}

run "settings_widen_the_scope" {
  command = plan

  variables {
    sources = {
      north = {
        tenant_id        = var.north
        group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a003"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"]
        include_disabled = true
        address_source   = "mail"
        mail             = true
        carry            = ["display_name"]
      }
    }
  }

  assert {
    condition = output.scope.north == {
      members = 6, in_scope = 3, guests = 1, disabled = 0, excluded = 0, without_address = 2, unusable_address = 0, of_this_tenant = 0
    }
    error_message = "With address_source = \"mail\", whoever has none is out of scope."
  }
  assert {
    condition     = entraguest_invitation.guest[var.kim].email == "kim@elsewhere.example" && entraguest_invitation.guest[var.kim].send_invitation_message
    error_message = "Kim is to be mailed at the address in mail."
  }
}

run "one_person_in_two_sources" {
  command = plan

  variables {
    sources = {
      # By name, north is before south.
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
    condition     = output.collisions == { "ines@north.example" = { come = [var.ines], left_out = [var.ines2] } }
    error_message = "Ines is in two sources, belongs to the first and is left out of the second."
  }
  assert {
    condition     = toset(keys(entraguest_invitation.guest)) == toset([var.ines, var.jon, var.kim, var.lea, var.nora])
    error_message = "A person in two sources comes once."
  }
  assert {
    condition     = entraguest_invitation.guest[var.nora].display_name == "Nora Nord"
    error_message = "A name that turns the direction of text was not cleaned."
  }
  assert {
    condition = alltrue([
      entraguest_invitation.guest[var.nora].usage_location == "AT", entraguest_invitation.guest[var.nora].mobile_phone == "+43 1 234567",
      entraguest_invitation.guest[var.nora].company_name == "South Ltd", entraguest_invitation.guest[var.nora].city == "",
    ])
    error_message = "What the source has is carried, and what it does not have is cleared."
  }
}

run "rank_decides_before_the_name" {
  command = plan

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
        rank             = 1
      }
    }
  }

  assert {
    condition     = output.collisions == { "ines@north.example" = { come = [var.ines2], left_out = [var.ines] } }
    error_message = "The lower rank wins."
  }
  assert {
    condition     = entraguest_invitation.guest[var.ines2].job_title == "Consultant"
    error_message = "Ines is to have the profile of South."
  }
}

run "perhaps_one_person" {
  command = plan

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
      }
    }
  }

  assert {
    condition     = output.collisions == { "ines@north.example" = { come = [var.ines, var.ines2], left_out = [] } }
    error_message = "Two who are invited at different addresses, and have one in common, both come, and it is said."
  }
}

run "any_address_in_common" {
  command = plan

  variables {
    same_person = "any_address"
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
      }
    }
  }

  assert {
    condition     = output.collisions == { "ines@north.example" = { come = [var.ines], left_out = [var.ines2] } }
    error_message = "With any_address, one address in common is enough for one person."
  }
}

run "two_groups_of_one_tenant" {
  command = plan

  variables {
    sources = {
      all = {
        tenant_id        = var.north
        group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a003"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"]
      }
      four = {
        tenant_id        = var.north
        group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a004"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f003"]
      }
    }
  }

  assert {
    condition     = length(entraguest_invitation.guest) == 4 && length(output.collisions) == 0
    error_message = "Whoever is in two groups of one tenant comes once."
  }
  assert {
    condition     = alltrue([for memberships in entraguest_group_memberships.target : length(memberships.member_ids) == 4])
    error_message = "Whoever is in two groups of one tenant comes into the target groups of both."
  }
}

run "a_wrong_setting" {
  command = plan

  variables {
    sources = {
      north = {
        tenant_id        = var.north
        group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a004"
        target_group_ids = []
        leavers          = "purge"
      }
    }
  }

  expect_failures = [var.sources]
}

run "odd_addresses_stop_nobody_else" {
  command = plan

  variables {
    sources = {
      north = {
        tenant_id        = var.north
        group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a006"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"]
        exclude          = ["2F9A6C10-55B1-4E0D-93F7-8C4D1E2B7013"]
      }
    }
  }

  assert {
    condition     = { for key, guest in entraguest_invitation.guest : key => guest.email } == { (var.pat) = "pat@north.example", (var.sol) = "sol@north.example" }
    error_message = "Where nobody can be invited at the mail, the user principal name is next; who has no usable address, or is excluded, is left out."
  }
  assert {
    condition = output.scope.north == {
      members = 4, in_scope = 2, guests = 0, disabled = 0, excluded = 1, without_address = 0, unusable_address = 1, of_this_tenant = 0
    }
    error_message = "Who is left out is not counted."
  }
  assert {
    condition = { for name in [
      "given_name", "surname", "display_name", "job_title", "department", "company_name", "mobile_phone", "office_location", "city", "country",
      "usage_location", "employee_id",
      ] : name => entraguest_invitation.guest[var.sol][name] } == {
      given_name   = "Solveig", surname = "Nord", display_name = "Sol", job_title = "Engineer", department = "Research", company_name = "North",
      mobile_phone = "+47 1 234567", office_location = "B 12", city = "Bergen", country = "Norway", usage_location = "NO", employee_id = "N-014",
    }
    error_message = "Not all of the profile was carried."
  }
  assert {
    condition     = entraguest_invitation.guest[var.sol].extension_attributes == tomap({ extensionAttribute15 = var.sol })
    error_message = "The mark does not say who this is in the source."
  }
}

run "people_of_this_tenant_are_no_guests" {
  command = plan

  variables {
    mark = "extensionAttribute3"
    sources = {
      north = {
        tenant_id        = var.north
        group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a006"
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"]
        address_source   = "mail"
      }
    }
  }

  assert {
    condition = output.scope.north == {
      members = 4, in_scope = 1, guests = 0, disabled = 0, excluded = 0, without_address = 1, unusable_address = 1, of_this_tenant = 1
    }
    error_message = "Ros has an address of this tenant, Pat one that cannot be invited, and Quinn none."
  }
  assert {
    condition     = entraguest_invitation.guest[var.sol].extension_attributes == tomap({ extensionAttribute3 = var.sol })
    error_message = "The mark is in another attribute than the one that is set."
  }
}

run "what_modules_source_reads_is_said_there" {
  command = plan

  variables {
    sources = {
      north = {
        target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"]
        managers         = true
      }
    }
  }

  expect_failures = [var.sources]
}
