# Sponsors by address; an address of nobody is an error that names it.
data "entraguest_users" "sponsors" {
  emails     = ["grace@contoso.com", "alan@contoso.com"]
  attributes = ["display_name"]
}

output "sponsor_ids" {
  value = values(data.entraguest_users.sponsors.by_email)
}

# Guests of one company who have not signed in for a year, and were not invited lately.
data "entraguest_users" "idle" {
  user_type           = "Guest"
  email_domain        = "fabrikam.com"
  created_before      = timeadd(plantimestamp(), "-2160h")
  last_sign_in_before = timeadd(plantimestamp(), "-8760h")
}

output "idle_guests" {
  value = { for id, user in data.entraguest_users.idle.by_id : user.mail => user.last_sign_in_at }
}
