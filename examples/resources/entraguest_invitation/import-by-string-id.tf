import {
  to = entraguest_invitation.ada
  id = "ada.lovelace@partner.example"
}
