// Keeps the screen on while a ticket is shown at the door, and the ticket on this device. Without the Wake Lock API
// the phone's own rule holds.

import { keep } from "./_keep.js";

async function stayAwake() {
  if (!("wakeLock" in navigator) || document.hidden) return;
  try {
    await navigator.wakeLock.request("screen");
  } catch {
    // low battery or not allowed: the ticket is shown all the same
  }
}

document.addEventListener("visibilitychange", stayAwake);
stayAwake();
keep();
