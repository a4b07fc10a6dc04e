/**
 * One scan decided by this tablet alone. Writes what follows into the draft of a change and returns the answer; the
 * answer may be shown only when that change is kept.
 *
 * An entry spends a permit and makes a stay that this tablet holds; an exit turns a stay held here back into a permit.
 * Any other exit is only written down: who holds that stay ends it.
 */

import { judge } from "./_rules.js";

/** Somebody let out here so short ago has not come back through another door. */
const JUST_LEFT_MS = 30_000;

/** The ticket as this tablet knows it: the list, and on top of it what was decided here since. */
export function view(book, hash) {
  const record = book.list.get(hash);
  const mark = book.marks.get(hash);
  if (!record || !mark) return record;
  const seen = { ...record, inside: mark.inside, entries: (record.entries ?? 0) + mark.entries };
  if (!mark.entry) return seen;
  const { at, gate, device } = mark.entry;
  const first = record.first_at ? {} : { first_at: at, first_gate: gate, first_device: device };
  return { ...seen, ...first, last_at: at, last_gate: gate, last_device: device };
}

/** The tier of the event by its code, or null. */
export const tierOf = (book, code) => book.facts?.tiers.find((tier) => tier.code === code) ?? null;

/**
 * @param {object} book of _book.js @param {object} made its draft
 * @param {{id, hash, kind, at: number, override?: {supervisor, reason}}} scan `at` in the server's time (ms)
 * @param {(change: object) => object} note makes the event that goes to the server
 */
export function decideAlone(book, made, scan, note) {
  const record = view(book, scan.hash);
  const outcome = scan.kind === "exit" ? leaving(book, scan) : entering(book, made, scan, record);
  if (outcome.decision === "admit") follow(book, made, scan, outcome);
  const { decision, reason, permit = false, closes = null } = outcome;
  const delta = decision === "admit" ? (scan.kind === "exit" ? -1 : 1) : 0;
  made.enqueue(note({ ...scan, decision, reason, permit, closes, delta }));
  return answerOf(book, made, scan, outcome, record);
}

function entering(book, made, scan, record) {
  const found = scan.override ? { reason: null } : judgeEntry(book, scan, record);
  if (found.reason) return { decision: "refuse", ...found };
  if (made.counters.permits < 1) return undecided("no_permit");
  return { decision: "admit", reason: null, permit: true };
}

const undecided = (detail) => ({ decision: "refuse", reason: "undecided", detail });

/** The rule without the room: whether a place is left is a matter of permits. */
function judgeEntry(book, scan, record) {
  if (book.listVersion === null || !book.facts) return undecided("no_list");
  const tier = record && tierOf(book, record.tier);
  if (!tier) return undecided("not_listed");
  const reason = judge({
    kind: "entry",
    revoked: record.state !== "valid",
    admits: tier.admits,
    reentry: tier.reentry,
    inside: Boolean(record.inside),
    entries: record.entries ?? 0,
    people: 0,
    capacity: 1,
    windows: book.facts.programs.map(windowOf),
    now: scan.at,
  });
  if (reason) return { reason };
  return isHome(book.facts.policy, scan.hash) ? { reason: null } : undecided("not_home");
}

const windowOf = ({ code, doors_open_at: opens, last_entry_at: last, ends_at: ends }) => ({
  program: code,
  opensAt: Date.parse(opens),
  lastEntryAt: last ? Date.parse(last) : null,
  endsAt: Date.parse(ends),
});

/** Under the strict policy every ticket has one door that may let it in without asking. */
function isHome({ offline, home }, hash) {
  if (offline !== "strict") return true;
  if (home?.mine === null || home?.mine === undefined) return false;
  return Number.parseInt(hash.slice(0, 8), 16) % home.doors === home.mine;
}

function leaving(book, scan) {
  const mine = [...book.held.values()].filter(({ hash }) => hash === scan.hash);
  if (mine.length === 1) return { decision: "admit", reason: null, closes: mine[0].id };
  const mark = book.marks.get(scan.hash);
  if (!mine.length && mark?.leftAt && scan.at - mark.leftAt < JUST_LEFT_MS && !scan.override) {
    return { decision: "refuse", reason: "not_inside" };
  }
  return { decision: "admit", reason: null };
}

function follow(book, made, scan, { permit, closes }) {
  if (permit) {
    made.counters.permits -= 1;
    made.hold.push({ id: scan.id, hash: scan.hash });
  }
  if (closes) {
    made.counters.permits += 1;
    made.drop.push(closes);
  }
  made.marks.push(markOf(book, scan, made.counters.seq + 1));
}

/** What this tablet notes for itself about a ticket until the server's list says the same. */
export function markOf(book, scan, seq, step = scan.kind === "entry" ? 1 : 0) {
  const before = book.marks.get(scan.hash);
  const entered = scan.kind === "entry";
  const here = { at: isoOf(scan.at), gate: book.facts?.gate.code ?? null, device: book.tablet?.name ?? null };
  const earlier = step < 0 ? null : (before?.entry ?? null);
  return {
    hash: scan.hash,
    inside: entered,
    entries: (before?.entries ?? 0) + step,
    entry: entered ? here : earlier,
    leftAt: entered || step ? null : scan.at,
    seq,
    stamp: book.stamp(),
  };
}

export const isoOf = (ms) => new Date(ms).toISOString();

function answerOf(book, made, scan, outcome, record) {
  const { decision, reason } = outcome;
  const isEntry = scan.kind === "entry";
  return {
    id: scan.id,
    decision,
    reason,
    ticket: record && ticketOf(book, record),
    first_entry: entryOf(record, "first"),
    last_entry: record?.inside ? entryOf(record, "last") : null,
    reentry: isEntry && decision === "admit" && Boolean(record?.entries),
    ...peopleOf(book, made),
    mode: "offline",
    detail: outcome.detail ?? null,
    list_at: book.listAt,
    permits: made.counters.permits,
    reserved: null,
  };
}

function ticketOf(book, record) {
  const tier = tierOf(book, record.tier);
  return { tier: record.tier, tier_name: tier?.name ?? record.tier, sign: tier?.sign ?? null, attendee: record.name ?? null };
}

function entryOf(record, which) {
  const at = record?.[`${which}_at`];
  return at ? { at, gate: record[`${which}_gate`] ?? null, device: record[`${which}_device`] ?? null } : null;
}

/** People inside as far as this tablet knows: the last count, and what it decided since. */
export function peopleOf(book, made = null) {
  const { inside, untracked, capacity } = book.count;
  const mine = [...book.queue, ...(made?.events ?? [])].reduce((sum, event) => sum + event.delta, 0);
  return { inside: inside === null ? null : Math.max(0, inside + mine), untracked, capacity };
}
