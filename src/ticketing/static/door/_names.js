/**
 * Finding people on the list: by name in kanji, kana or Latin letters, whatever the width, and by order code.
 * Pure: no page in here.
 */

import { toHiragana, toRomaji } from "wanakana";

const ORDER = /^([0-9A-Z]{6})(?:-?([0-9]{1,3}))?$/;
const SHORTEST = 2;

/** Full-width and half-width forms folded, no accents on Latin letters, lower case. */
function fold(text) {
  const plain = text.normalize("NFKC").toLowerCase();
  // Accents go from Latin letters only: on kana they make another letter.
  return plain.replace(/\p{Script=Latin}/gu, (letter) => letter.normalize("NFD").replace(/\p{M}/gu, ""));
}

/** As it sounds: kana become Latin letters, long vowels short, and what several spellings differ in is one. */
function sound(text) {
  const romaji = toRomaji(toHiragana(fold(text), { passRomaji: true }));
  return romaji
    .replace(/[^\p{L}\p{N}]/gu, "")
    .replace(/si/g, "shi").replace(/ti/g, "chi").replace(/tu/g, "tsu").replace(/hu/g, "fu").replace(/zi|di/g, "ji")
    .replace(/([sj])h?y([auo])/g, (_, letter, vowel) => `${letter === "s" ? "sh" : "j"}${vowel}`)
    .replace(/ty([auo])/g, "ch$1")
    .replace(/m(?=[bmp])/g, "n")
    .replace(/oh(?![aiueoy])/g, "o")
    .replace(/([aiueo])\1+/g, "$1")
    .replace(/ou/g, "o");
}

const written = (text) => toHiragana(fold(text), { passRomaji: true }).replace(/[\s・,.'-]/gu, "");
const words = (text) => fold(text).split(/[\s\u3000,、]+/u).filter(Boolean);

/** Figures and letters that people mix up in an order code are told apart by the list, not by them. */
export function readOrder(text) {
  const found = ORDER.exec(fold(text).toUpperCase().replace(/[\s‐‑‒–—―−ー]/gu, (mark) => (/\s/u.test(mark) ? "" : "-")));
  return found ? { order: found[1], n: found[2] ? Number(found[2]) : null } : null;
}

/** What of a ticket is looked at, made once for a list. */
export function indexOf(records) {
  return [...records].map((record) => ({
    record,
    written: record.name ? `${written(record.name)} ${written(record.kana ?? "")}` : "",
    sounds: record.name ? words(record.name).map(sound).filter(Boolean) : [],
    read: record.name && record.kana ? words(record.kana).map(sound).filter(Boolean) : [],
  }));
}

/**
 * The tickets that fit, in the order of the list; an order code first. Empty for fewer than two characters.
 * @param {ReturnType<typeof indexOf>} index @param {string} query
 */
export function findIn(index, query) {
  const asked = words(query).map((word) => ({ written: written(word), sound: sound(word) }));
  const letters = asked.reduce((sum, word) => sum + [...word.written].length, 0);
  if (letters < SHORTEST && !/\p{Script=Han}/u.test(query)) return [];
  const order = readOrder(query);
  const byOrder = order ? index.filter(({ record }) => isOfOrder(record, order)) : [];
  if (byOrder.length) return byOrder.map(({ record }) => record).sort((a, b) => a.n - b.n);
  return index.filter((entry) => asked.every((word) => fits(entry, word))).map(({ record }) => record);
}

const isOfOrder = (record, { order, n }) => record.order === order && (n === null || record.n === n);

function fits(entry, word) {
  if (!entry.written) return false;
  if (entry.written.includes(word.written)) return true;
  const begins = (sounds) => sounds.some((one) => one.startsWith(word.sound)) || sounds.join("").startsWith(word.sound);
  return word.sound !== "" && (begins(entry.sounds) || begins(entry.read));
}
