/** What the tablet computes with the browser's own cryptography. */

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** How lists and scans name a ticket: the first 16 bytes of its code's SHA-256, in hex. */
export async function hashOf(code) {
  return hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code))).slice(0, 32);
}

/** Whether `pin` is that of this supervisor: PBKDF2 with HMAC-SHA-256, slow on purpose. */
export async function isPinOf({ salt, hash, rounds }, pin) {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  const way = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: rounds };
  return hex(await crypto.subtle.deriveBits(way, key, 256)) === hash;
}
