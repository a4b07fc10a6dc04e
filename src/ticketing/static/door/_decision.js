/**
 * From an answer to what the screen says. Pure: no page, no clock of its own.
 * `verdict` is the contract's word (admit, refuse, ask, checking), `look` picks colour, frame, sign and sound,
 * `word` names the headline's text.
 */

const REFUSALS = {
  already_inside: { look: "already", word: "already" },
  already_used: { look: "already", word: "used" },
  not_inside: { look: "ask", word: "not_inside" },
  room_full: { look: "full", word: "full" },
};
const NOT_VALID = { look: "no", word: "no" };

/** How much earlier than the scan an entry must lie to be another one (ms): clocks differ a little. */
const EARLIER_MS = 3000;

/** @param {object} answer of POST /scan @param {{kind: string, scannedAt: string}} scan that was sent */
export function verdictOf(answer, scan) {
  const facts = {
    kind: scan.kind,
    reason: answer.reason ?? null,
    ticket: answer.ticket ?? null,
    entry: answer.last_entry ?? answer.first_entry ?? null,
    inside: answer.inside,
    capacity: answer.capacity,
    offered: answer.reason === "already_inside" ? (scan.admittedHereAt ?? null) : null,
  };
  if (answer.reason === "undecided") return { ...facts, verdict: "ask", look: "ask", word: "ask" };
  if (answer.decision === "admit") return { ...facts, verdict: "admit", ...admission(answer, scan) };
  return { ...facts, verdict: "refuse", ...(REFUSALS[answer.reason] ?? NOT_VALID) };
}

function admission(answer, scan) {
  if (scan.kind === "exit") return { look: "out", word: "out" };
  return isReentry(answer, scan) ? { look: "back", word: "back", entry: answer.first_entry } : { look: "go", word: "go" };
}

function isReentry(answer, scan) {
  if (typeof answer.reentry === "boolean") return answer.reentry;
  const first = answer.first_entry?.at;
  return Boolean(first) && Date.parse(scan.scannedAt) - Date.parse(first) > EARLIER_MS;
}

const EMPTY = { reason: null, ticket: null, entry: null, offered: null };

/** What is no ticket code at all is refused here, without sending it anywhere: it may be anybody's data. */
export const malformed = (kind) => ({ ...EMPTY, kind, verdict: "refuse", reason: "malformed", ...NOT_VALID });

export const checking = (kind) => ({ ...EMPTY, kind, verdict: "checking", look: "wait", word: "wait" });

/** No answer came. `trying` says whether the tablet still asks again by itself. */
export const undecided = (kind, trying) => ({
  ...EMPTY,
  kind,
  verdict: "ask",
  reason: "undecided",
  look: "ask",
  word: "ask",
  again: true,
  trying,
});

export const deviceRevoked = (kind) => ({
  ...EMPTY,
  kind,
  verdict: "ask",
  reason: "device_revoked",
  look: "ask",
  word: "device_revoked",
});

/** A tap for somebody without a code that the room has no place for. */
export const roomFull = ({ inside, capacity }) => ({
  ...EMPTY,
  kind: "entry",
  verdict: "refuse",
  reason: "room_full",
  inside,
  capacity,
  ...REFUSALS.room_full,
});
