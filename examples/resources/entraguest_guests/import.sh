# All guests directly in a group
terraform import entraguest_guests.partners group:3b1f6a52-5a0c-4f0e-9d0f-6a1c2e7b9d41

# All guests with an address of a domain
terraform import entraguest_guests.partners domain:partner.example
