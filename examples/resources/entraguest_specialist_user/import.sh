# By object id
terraform import entraguest_specialist_user.jan 7a4bb5f0-0d0e-4a53-8f0f-3a1f6d9f1c55

# By user principal name, or by contact address
terraform import entraguest_specialist_user.jan ext-jan.novak@contoso.example
terraform import entraguest_specialist_user.jan jan.novak@fabrikam.example
