// Says when a passkey was not used; everything else about passkeys is the library's.
"use strict";

document.addEventListener("allauth.error", (event) => {
  const line = document.getElementById("passkey-error");
  if (!line) return;
  event.preventDefault();
  line.hidden = false;
});
