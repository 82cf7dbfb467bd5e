# People who come, change, go and come back. The accounts of the source are made by the provider, too.

variables {
  host  = "0d1c9a52-7f0b-4a39-9c55-2f8f6a1e0b01"
  north = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02"

  group_id = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a001"
  emails   = ["ada@north.example", "ada.byron@north.example", "ben@north.example", "cleo@north.example"]

  sources = {
    north = {
      tenant_id        = "6e3f1b7c-92d4-4c58-a0e6-5b1d7f4a2c02"
      group_id         = "c3e8a2f6-41b7-4a9c-9e5d-7b0f62d1a001"
      target_group_ids = ["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"]
      photos           = true
      managers         = true
      company_name     = "North Inc."
      redirect_url     = "https://contoso.example/welcome"
    }
  }

  # A PNG of 8 by 8 red dots.
  red = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP4z8CAFWEXHbQSACj/P8Fu7N9hAAAAAElFTkSuQmCC"
}

provider "entraguest" {
  tenant_id         = var.host
  source_tenant_ids = [var.north]
}

provider "entraguest" {
  alias         = "north"
  tenant_id     = var.north
  client_id     = "4c2b7a90-1d5e-4f83-b6a1-7e9d0c3f5a20"
  client_secret = "prepares the tests"
}

run "two_people_are_in_the_group" {
  module {
    source = "./tests/people"
  }
  providers = {
    entraguest = entraguest.north
  }
  variables {
    people = {
      ada  = { user_principal_name = "ada@north.example", job_title = "Engineer", manager = "ben", photo = var.red }
      ben  = { user_principal_name = "ben@north.example", job_title = "Director", manager = "cleo" }
      cleo = { user_principal_name = "cleo@north.example", in_scope = false }
    }
  }
}

run "joiners_are_invited" {
  assert {
    condition     = toset(keys(output.guests)) == toset([run.two_people_are_in_the_group.key.ada, run.two_people_are_in_the_group.key.ben])
    error_message = "Other people than Ada and Ben came."
  }
  assert {
    condition = alltrue([for guest in entraguest_invitation.guest : alltrue([
      guest.origin == "invited", guest.complete, guest.account_enabled, guest.company_name == "North Inc.",
      guest.department == "Research", guest.redirect_url == "https://contoso.example/welcome", guest.on_destroy == "disable",
    ])])
    error_message = "The profile differs from the source and its settings."
  }
  assert {
    condition     = entraguest_invitation.guest[run.two_people_are_in_the_group.key.ada].job_title == "Engineer"
    error_message = "The title was not carried."
  }
  assert {
    condition     = alltrue([for guest in entraguest_invitation.guest : !guest.send_invitation_message])
    error_message = "Somebody was mailed."
  }
  assert {
    condition     = toset(values(output.guests)) == toset(entraguest_group_memberships.target["b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"].member_ids)
    error_message = "Somebody is not in the target group."
  }
}

run "photo_and_manager_came_along" {
  command = plan

  assert {
    condition     = entraguest_user_photo.guest[run.two_people_are_in_the_group.key.ada].content_sha256 != null
    error_message = "Ada's photo was not copied."
  }
  assert {
    condition     = entraguest_user_photo.guest[run.two_people_are_in_the_group.key.ben].content_sha256 == null
    error_message = "Ben has a photo from nowhere."
  }
  assert {
    condition     = keys(entraguest_user_manager.guest) == [run.two_people_are_in_the_group.key.ada]
    error_message = "Managers are set where the manager is in scope, and there only."
  }
  assert {
    condition     = entraguest_user_manager.guest[run.two_people_are_in_the_group.key.ada].manager_id == output.guests[run.two_people_are_in_the_group.key.ben]
    error_message = "Ben is not Ada's manager here."
  }
}

run "one_changes_one_leaves_one_joins" {
  module {
    source = "./tests/people"
  }
  providers = {
    entraguest = entraguest.north
  }
  variables {
    people = {
      ada  = { user_principal_name = "ada.byron@north.example", job_title = "" }
      ben  = { user_principal_name = "ben@north.example", job_title = "Director", in_scope = false }
      cleo = { user_principal_name = "cleo@north.example" }
    }
  }
}

run "an_address_moves_in_place" {
  assert {
    condition     = output.guests[run.two_people_are_in_the_group.key.ada] == run.joiners_are_invited.guests[run.two_people_are_in_the_group.key.ada]
    error_message = "Ada is somebody else now."
  }
  assert {
    condition     = entraguest_invitation.guest[run.two_people_are_in_the_group.key.ada].email == "ada.byron@north.example"
    error_message = "The address was not moved."
  }
  assert {
    condition     = entraguest_invitation.guest[run.two_people_are_in_the_group.key.ada].job_title == ""
    error_message = "The title was cleared in the source and is still here."
  }
  assert {
    condition     = entraguest_user_photo.guest[run.two_people_are_in_the_group.key.ada].content_sha256 == null
    error_message = "The photo was removed in the source and is still here."
  }
  assert {
    condition     = length(output.guests) == 2 && contains(keys(output.guests), run.two_people_are_in_the_group.key.cleo)
    error_message = "Cleo did not come, or Ben did not leave."
  }
  assert {
    condition     = length(entraguest_user_manager.guest) == 0
    error_message = "A manager who left is still one."
  }
}

run "a_leaver_is_disabled" {
  module {
    source = "./tests/look"
  }
  variables {
    group_id = "b7f1d0e4-30a5-4d0b-8d7c-6a2e51c9f001"
  }

  assert {
    condition     = !output.people["ben@north.example"].account_enabled && !output.in_group["ben@north.example"]
    error_message = "Ben left, and is still enabled or in the group."
  }
  assert {
    condition     = output.people["ada.byron@north.example"].job_title == null && output.in_group["ada.byron@north.example"]
    error_message = "Ada moved, and kept the title or lost the group."
  }
  assert {
    condition     = output.people["ada.byron@north.example"].mail == "ada.byron@north.example" && output.in_group["cleo@north.example"]
    error_message = "Ada's address did not move in the directory, or Cleo is not in the group."
  }
}

run "the_leaver_comes_back" {
  module {
    source = "./tests/people"
  }
  providers = {
    entraguest = entraguest.north
  }
  variables {
    people = {
      ada  = { user_principal_name = "ada.byron@north.example", job_title = "Analyst" }
      ben  = { user_principal_name = "ben@north.example", job_title = "Adviser" }
      cleo = { user_principal_name = "cleo@north.example", account_enabled = false }
    }
  }
}

run "a_returner_is_enabled_and_the_disabled_are_out_of_scope" {
  assert {
    condition     = output.guests[run.two_people_are_in_the_group.key.ben] == run.joiners_are_invited.guests[run.two_people_are_in_the_group.key.ben]
    error_message = "Ben came back as somebody else."
  }
  assert {
    condition     = entraguest_invitation.guest[run.two_people_are_in_the_group.key.ben].account_enabled && entraguest_invitation.guest[run.two_people_are_in_the_group.key.ben].origin == "adopted"
    error_message = "Ben came back and is not enabled."
  }
  assert {
    condition     = entraguest_invitation.guest[run.two_people_are_in_the_group.key.ada].job_title == "Analyst"
    error_message = "The changed title was not carried."
  }
  assert {
    condition     = output.scope.north.disabled == 1 && output.scope.north.in_scope == 2 && length(output.guests) == 2
    error_message = "A disabled account of the source is in scope."
  }
}

run "nothing_is_left_to_do" {
  command = plan
  assert {
    condition     = length(output.guests) == 2
    error_message = "A plan alone changes who is a guest."
  }
}
