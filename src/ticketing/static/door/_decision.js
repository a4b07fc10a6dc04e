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

/** A supervisor's word does not make a place, a code or a working tablet. */
const FINAL = new Set(["room_full", "malformed", "device_revoked", "no_permit", "no_list", "storage", "other_tab"]);
/** What may have changed by the next try. */
const WORTH_ANOTHER_TRY = new Set(["no_permit", "no_list", "storage"]);

/** How much earlier than the scan an entry must lie to be another one (ms): clocks differ a little. */
const EARLIER_MS = 3000;

/** @param {object} answer of the engine @param {{kind: string, scannedAt: string}} scan that was asked about */
export function verdictOf(answer, scan) {
  const facts = {
    id: answer.id,
    hash: answer.hash ?? scan.hash ?? null,
    kind: scan.kind,
    reason: answer.reason ?? null,
    detail: answer.detail ?? null,
    isOffline: answer.mode === "offline",
    listAt: answer.list_at ?? null,
    reserved: answer.reserved ?? null,
    ticket: answer.ticket ?? null,
    entry: answer.last_entry ?? answer.first_entry ?? null,
    inside: answer.inside,
    capacity: answer.capacity,
    offered: answer.reason === "already_inside" ? (scan.admittedHereAt ?? null) : null,
  };
  if (answer.reason === "undecided") return { ...facts, verdict: "ask", look: "ask", word: "ask", again: mayTryAgain(facts) };
  if (answer.decision === "admit") return { ...facts, verdict: "admit", ...admission(answer, scan) };
  return { ...facts, verdict: "refuse", ...(REFUSALS[answer.reason] ?? NOT_VALID) };
}

const mayTryAgain = ({ detail }) => detail === null || WORTH_ANOTHER_TRY.has(detail);

/** Whether a supervisor may still let this guest in. */
export function mayOverride({ verdict, kind, hash, reason, detail }) {
  const isStopped = verdict === "ask" || verdict === "refuse";
  return isStopped && kind === "entry" && Boolean(hash) && !FINAL.has(reason) && !FINAL.has(detail);
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

const EMPTY = { id: null, hash: null, detail: null, isOffline: false, reason: null, ticket: null, entry: null, offered: null };

/** What is no ticket code at all is refused here, without sending it anywhere: it may be anybody's data. */
export const malformed = (kind) => ({ ...EMPTY, kind, verdict: "refuse", reason: "malformed", ...NOT_VALID });

export const checking = (kind) => ({ ...EMPTY, kind, verdict: "checking", look: "wait", word: "wait" });

/** The room looks full, but others keep places that they are giving back. */
export const oneMoment = (kind) => ({
  ...EMPTY,
  kind,
  verdict: "checking",
  reason: "room_full",
  look: "wait",
  word: "moment",
});

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
