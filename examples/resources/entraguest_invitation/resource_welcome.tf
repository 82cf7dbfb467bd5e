# A mail of your own instead of Microsoft's: the link that accepts the invitation is in it, and in no state or output.
resource "entraguest_invitation" "barbara" {
  email      = "barbara.liskov@partner.example"
  given_name = "Barbara"

  welcome_email = {
    from      = "welcome@contoso.example"
    reply_to  = ["servicedesk@contoso.example"]
    subject   = "Your access to {{tenant_name}}"
    body_html = "<p>Hello {{given_name}},</p><p><a href=\"{{redeem_url}}\">Accept the invitation</a>, then sign in with the account of your company.</p>"

    # Another value sends the mail again, with a new link.
    trigger = "1"
  }

  lifecycle {
    # A mail that could not be sent fails the run, and the next apply sends it.
    postcondition {
      condition     = self.complete
      error_message = "${self.email} is not complete yet, the mail is ${self.welcome_email_status}. Apply again."
    }
  }
}
