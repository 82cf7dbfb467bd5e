# All guests directly in a group
terraform import entraguest_guests.partners group:7a4bb5f0-0d0e-4a53-8f0f-3a1f6d9f1c55

# All guests with an address of a domain
terraform import entraguest_guests.partners domain:partner.example
