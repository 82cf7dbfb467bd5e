# By object id
terraform import entraguest_invitation.ada 7a4bb5f0-0d0e-4a53-8f0f-3a1f6d9f1c55

# By e-mail address, or by user principal name
terraform import entraguest_invitation.ada ada.lovelace@partner.example
terraform import entraguest_invitation.ada 'ada.lovelace_partner.example#EXT#@contoso.onmicrosoft.com'
