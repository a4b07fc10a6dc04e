/**
 * How a scan comes to its answer: by the server in three seconds at most, else by this tablet alone; and how an
 * answer is taken back. A request that may or may not have been heard is undone before it is decided afresh.
 */

import { NoAnswer } from "./_api.js";
import { decideAlone, isoOf, markOf, peopleOf } from "./_decide.js";
import { hashOf } from "./_hash.js";

const UNDO_MS = 10_000;
/** Others keep places while the room looks full: they give them back within seconds. */
const WAIT_FOR_PLACE_MS = 10_000;
const ASK_AGAIN_MS = 1000;
const MOST_TRIES = 10;
/** Places that did not come in that time lie at a tablet that is cut off: the next guests do not wait for them. */
const IN_VAIN_MS = 60_000;
const REMEMBERED = 500;
const LONGEST_REASON = 200;
/** How far a tablet's clock may run off between two exchanges: 100 in a million. */
const DRIFT = 1e-4;
const MOST_DRIFT_MS = 60_000;

export function createCourt({ api, link, now, sleep, uuid, tell, is, sync, book, giveBack, canKeep }) {
  /** Decisions of this page by every id they were asked or made under, and the ids that may not be asked again. */
  const decided = new Map();
  const spent = new Set();
  let inVain = { reserved: 0, at: -Infinity };

  async function decide(scan) {
    if (decided.has(scan.id)) return decided.get(scan.id).answer;
    return judge({ ...scan, hash: scan.hash ?? (await hashOf(scan.code)) });
  }

  /** Admits in spite of the rule, in a supervisor's name; never past the limit. Always a scan of its own. */
  async function override(scan, { supervisor, reason }) {
    const by = { supervisor, reason: reason.slice(0, LONGEST_REASON) };
    return judge({ ...scan, id: uuid(), hash: scan.hash ?? (await hashOf(scan.code)), override: by });
  }

  async function judge(scan) {
    if (is.elsewhere) return nothing(scan, "other_tab");
    const answer = await (mayAsk() && (await clearQueue()) ? withServer(scan) : alone(scan));
    remember(scan, answer);
    tell();
    return answer;
  }

  /** Without a store there is no other way than asking. */
  const mayAsk = () => link.state().online || !canKeep();

  /** What was decided here before must be known to the server before it decides on the next one. */
  async function clearQueue() {
    if (!canKeep() || !book().queue.length || is.revoked) return true;
    return sync();
  }

  async function withServer(scan) {
    const asked = { ...scan, id: spent.has(scan.id) ? uuid() : scan.id };
    try {
      return await ask(asked);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return alone(scan, spent.has(asked.id) ? null : asked.id);
    }
  }

  async function ask(scan) {
    const start = now();
    for (let [{ id }, tries] = [scan, 0]; ; [id, tries] = [uuid(), tries + 1]) {
      scan.id = id;
      const answer = await api.scan({ ...scan, scannedAt: isoOf(timeOf(scan)) });
      if (!canKeep()) link.regained();
      const isFull = answer.reason === "room_full" && scan.kind === "entry";
      const isWorthWaiting = isFull && tries < MOST_TRIES && now() - start < WAIT_FOR_PLACE_MS;
      if (isFull && tries && !isWorthWaiting) inVain = { reserved: answer.reserved, at: now() };
      if (!isWorthWaiting || !(await findPlace(answer, tries))) return take(scan, answer);
      spent.add(id);
      if (!link.state().online) throw new NoAnswer();
    }
  }

  /** Gives one of our own places back, or waits for those that others keep. False when there are none. */
  async function findPlace({ reserved }, tries) {
    const own = book().counters.permits;
    const isHopeless = reserved === inVain.reserved && now() - inVain.at < IN_VAIN_MS;
    if (!own && (!reserved || isHopeless)) return false;
    is.waiting = true;
    tell();
    if (own) giveBack(1);
    if (!own || tries) await sleep(ASK_AGAIN_MS);
    await sync();
    is.waiting = false;
    return true;
  }

  function take(scan, answer) {
    const at = timeOf(scan);
    const { inside, capacity, untracked } = answer;
    const mine = book();
    mine.count = { inside: inside ?? mine.count.inside, capacity, untracked: untracked ?? mine.count.untracked };
    if (answer.decision === "admit") {
      const mark = markOf(mine, { ...scan, at }, null);
      mine.marks.set(scan.hash, mark);
      mine.turn(() => keepMark(mine, mark)).catch(() => {});
    }
    const { listAt, counters } = mine;
    const extra = { mode: "online", detail: null, list_at: listAt, permits: counters.permits };
    return { reserved: null, ...answer, ...extra, hash: scan.hash };
  }

  /** For the case that the link dies before the list says it. */
  function keepMark(mine, mark) {
    if (!canKeep() || mine.marks.get(mark.hash) !== mark) return undefined;
    const made = mine.draft();
    made.marks.push(mark);
    return mine.commit(made);
  }

  /** @param {string | null} doubted the id of a request whose answer never came */
  async function alone(scan, doubted = null) {
    link.lost();
    if (!canKeep()) return nothing(scan, "storage");
    const mine = book();
    return mine.turn(async () => {
      const made = mine.draft();
      const at = timeOf(scan);
      let { id } = scan;
      if (doubted && scan.kind === "entry") {
        const taken = { id: uuid(), kind: "exit", hash: scan.hash, at, undoes: doubted, delta: 0 };
        made.enqueue(note({ ...taken, decision: "admit", reason: null }));
        id = uuid();
      } else if (doubted) id = doubted;
      else if (spent.has(id)) id = uuid();
      const answer = decideAlone(mine, made, { ...scan, id, at }, note);
      return keepOr(scan, made, { ...answer, hash: scan.hash }, [id, doubted, scan.id]);
    });
  }

  /** An answer is worth something once it is kept. */
  async function keepOr(scan, made, answer, ids) {
    try {
      await book().commit(made);
    } catch {
      return nothing(scan, cannotKeep());
    }
    ids.filter(Boolean).forEach((id) => spent.add(id));
    return answer;
  }

  /** Why a change could not be kept: the store is at fault, or another page of this tablet has it. */
  function cannotKeep() {
    if (is.elsewhere) return "other_tab";
    is.storage = "broken";
    return "storage";
  }

  const timeOf = ({ scannedAt }) => (scannedAt ? Date.parse(scannedAt) : now()) + book().clock.offset;

  /** A scan as the server gets it, and by how many people it changes the count. */
  function note({ id, hash, kind, at, decision, reason, permit = false, closes = null, override: by = null, undoes = null, delta }) {
    const { clock, listVersion } = book();
    const drift = Math.min(Math.abs(now() - clock.at) * DRIFT, MOST_DRIFT_MS);
    const error = clock.error === null ? {} : { clock_error_ms: Math.ceil(clock.error + drift) };
    const what = { id, code_hash: hash, kind, scanned_at: isoOf(at), decision, reason, permit, closes };
    return { ...what, list_version: listVersion ?? 0, override: by, undoes, ...error, delta };
  }

  function nothing({ id, hash }, detail) {
    const { listAt, counters } = book();
    const none = { ticket: null, first_entry: null, last_entry: null, reentry: false, reserved: null };
    const facts = { ...peopleOf(book()), mode: "offline", detail, list_at: listAt, permits: counters.permits };
    return { id, hash, decision: "refuse", reason: "undecided", ...none, ...facts };
  }

  /** A question is not remembered: asked again, it may get an answer. */
  function remember(scan, answer) {
    if (answer.reason === "undecided") return;
    const one = { answer, kind: scan.kind, hash: scan.hash, at: now(), isUndone: false };
    decided.set(scan.id, one).set(answer.id, one);
    while (decided.size > REMEMBERED) decided.delete(decided.keys().next().value);
  }

  /** Takes an admission back, within ten seconds. It goes to the server as a scan of its own. */
  async function undo(id) {
    const past = decided.get(id);
    if (!past || past.answer.decision !== "admit") return { ok: false, reason: "not_admitted" };
    if (past.isUndone) return { ok: false, reason: "undone" };
    if (now() - past.at > UNDO_MS) return { ok: false, reason: "too_late" };
    if (!canKeep()) return { ok: false, reason: "storage" };
    const done = await book().turn(() => takeBack(past));
    if (done.ok && link.state().online) sync();
    tell();
    return done;
  }

  async function takeBack(past) {
    const mine = book();
    const made = mine.draft();
    const kind = past.kind === "entry" ? "exit" : "entry";
    const scan = { id: uuid(), kind, hash: past.hash, at: now() + mine.clock.offset, undoes: past.answer.id };
    if (kind === "entry") {
      if (made.counters.permits < 1) return { ok: false, reason: "no_permit" };
      made.counters.permits -= 1;
      made.hold.push({ id: scan.id, hash: scan.hash });
      Object.assign(scan, { permit: true, delta: 1 });
    } else {
      const isMine = mine.held.has(past.answer.id);
      if (isMine) made.drop.push(past.answer.id);
      if (isMine) made.counters.permits += 1;
      Object.assign(scan, { closes: isMine ? past.answer.id : null, delta: -1 });
    }
    made.marks.push(markOf(mine, scan, made.counters.seq + 1, kind === "entry" ? 0 : -1));
    made.enqueue(note({ ...scan, decision: "admit", reason: null }));
    try {
      await mine.commit(made);
    } catch {
      return { ok: false, reason: cannotKeep() };
    }
    past.isUndone = true;
    return { ok: true };
  }

  return { decide, override, undo };
}
