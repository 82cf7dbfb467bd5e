# By object id
terraform import entraguest_specialist_user.jan 4e6b0d7a-93c5-4f2e-8b1d-7a5c9e0f3d26

# By user principal name, or by contact address
terraform import entraguest_specialist_user.jan ext-jan.novak@contoso.example
terraform import entraguest_specialist_user.jan jan.novak@fabrikam.example
