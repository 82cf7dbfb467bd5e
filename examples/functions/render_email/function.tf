# The same template that welcome_email sends, filled with samples.
locals {
  welcome = <<-HTML
    <p>Hello {{given_name}},</p>
    <p>your access to {{tenant_name}} is ready:
    <a href="{{sign_in_url}}">sign in</a> as <b>{{user_principal_name}}</b>
    with the pass <code>{{temporary_access_pass}}</code>. It works once.</p>
    <p>{{team}}</p>
  HTML
}

output "preview" {
  value = provider::entraguest::render_email(local.welcome, {
    given_name            = "Ada"
    tenant_name           = "Contoso"
    sign_in_url           = "https://myapps.microsoft.com"
    user_principal_name   = "x-ada.lovelace@contoso.com"
    temporary_access_pass = "sample-pass"
    team                  = "Research & Development"
  })
}

# A body_text, or a subject, has nothing to escape.
output "subject" {
  value = provider::entraguest::render_email("Welcome to {{tenant_name}}", { tenant_name = "Contoso" }, "text")
}
