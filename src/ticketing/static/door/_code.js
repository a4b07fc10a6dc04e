/**
 * The ticket code as people and scanners hand it in.
 * `T1` + 26 Crockford base32 characters + 1 check character (Luhn mod 32 over the 26).
 * tests/vectors/codes.json holds this file and its Python counterpart to the same answers.
 */

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const PREFIX = "T1";
export const CODE_LENGTH = 29;

/** Luhn mod 32 check character of the 26 payload characters. */
export function checkCharacter(payload) {
  let sum = 0;
  let factor = 2;
  for (let i = payload.length - 1; i >= 0; i -= 1) {
    const product = factor * ALPHABET.indexOf(payload[i]);
    sum += Math.floor(product / 32) + (product % 32);
    factor = factor === 2 ? 1 : 2;
  }
  return ALPHABET[(32 - (sum % 32)) % 32];
}

/** What people type between the groups of a code; a fixed list, the same as in Python. */
const DROPPED = /[\t\n\v\f\r \-‐‑‒–—―−ー_\u200b\ufeff]/gu;

/** Full-width letters folded, upper case, spaces and hyphens dropped, O read as 0, I and L read as 1. */
export function normalize(text) {
  return text.normalize("NFKC").toUpperCase().replace(DROPPED, "").replace(/O/g, "0").replace(/[IL]/g, "1");
}

/**
 * Reads what was scanned or typed; a text longer than ten codes is not looked at.
 * @returns {{ok: true, code: string} | {ok: false, fault: "length"|"prefix"|"alphabet"|"check", length: number}}
 */
export function readCode(text) {
  const given = [...text].length <= 10 * CODE_LENGTH ? normalize(text) : "";
  const characters = [...given];
  const fault = faultOf(given, characters);
  return fault ? { ok: false, fault, length: characters.length } : { ok: true, code: given };
}

function faultOf(given, characters) {
  if (characters.length !== CODE_LENGTH) return "length";
  if (!given.startsWith(PREFIX)) return "prefix";
  if (characters.some((character) => !ALPHABET.includes(character))) return "alphabet";
  return checkCharacter(given.slice(PREFIX.length, -1)) === given.at(-1) ? null : "check";
}
