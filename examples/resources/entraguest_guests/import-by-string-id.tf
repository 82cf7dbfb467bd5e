import {
  to = entraguest_guests.partners
  id = "domain:partner.example"
}
