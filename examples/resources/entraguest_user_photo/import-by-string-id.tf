import {
  to = entraguest_user_photo.guest["photos/7a4bb5f0-0d0e-4a53-8f0f-3a1f6d9f1c55.jpg"]
  id = "7a4bb5f0-0d0e-4a53-8f0f-3a1f6d9f1c55"
}
