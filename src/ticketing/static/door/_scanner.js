/**
 * The course of one scan after the other: what is taken up, what is ignored, how long a verdict stays.
 * Knows neither page nor network: `decide` answers (online now; a local rule may stand behind it), `show` and `clear` draw.
 */

import { readCode } from "./_code.js";
import { checking, deviceRevoked, malformed, undecided, verdictOf } from "./_decision.js";
import { NoAnswer, Refusal } from "./_api.js";

const CHECKING_AFTER_MS = 150;
const ADMIT_STAYS_MS = 1200;
const REFUSAL_STAYS_MS = 4000;
const READ_AT_LEAST_MS = 1200;
const GONE_AFTER_MS = 700;
const SAME_CODE_MS = 3000;
const ASK_AGAIN_MS = 2000;
const ASK_AGAIN_FOR_MS = 20000;
const SAME_SCAN_FOR_MS = 10 * 60 * 1000;
const JUST_HERE_MS = 60 * 1000;
const TICK_MS = 100;

/** @param {{decide, show, clear, kind: () => string, now?: () => number}} parts */
export function createScanner({ decide, show, clear, kind, now = () => Date.now() }) {
  const memory = new Map();
  let current = null;
  let waiting = null;

  /** Takes a text from the camera, the keyboard or a typing scanner. */
  function present(text, source) {
    const read = readCode(text);
    const code = read.code ?? text;
    const known = remember(code);
    const lastSeen = known.seenAt;
    known.seenAt = now();
    if (source !== "typed" && current?.code === code && current.way === kind()) return;
    if (current?.phase === "checking") {
      if (source !== "camera") waiting = { text, source };
      return;
    }
    if (isRepeat(known, lastSeen, source) || mustBeRead(source)) return;
    begin({ code, way: kind(), isCode: read.ok });
  }

  /** Takes a ticket whose code is not at hand: somebody chose it by name or order. */
  function presentHash(hash) {
    if (current?.phase === "checking") return;
    begin({ code: `#${hash}`, hash, way: kind(), isCode: true });
  }

  /** The same code soon after its verdict, or a code that simply was not taken out of the camera's view. */
  function isRepeat(known, lastSeen, source) {
    if (source === "typed") return false;
    const decidedAt = known.decidedAt[kind()] ?? null;
    if (decidedAt !== null && now() - decidedAt < SAME_CODE_MS) return true;
    return source === "camera" && known.wasDecided && now() - lastSeen < GONE_AFTER_MS;
  }

  /** A refusal cannot be flashed away by the next guest's phone before anyone could read it. */
  function mustBeRead(source) {
    if (current === null || source !== "camera" || current.verdict === "admit") return false;
    return now() - current.shownAt < READ_AT_LEAST_MS;
  }

  function begin({ code, hash, way, isCode }) {
    clearTimeout(current?.askAgain);
    const mine = { code, hash, way, phase: "checking", verdict: "checking", shownAt: now() };
    current = mine;
    if (!isCode) {
      settle(mine, malformed(way));
      return;
    }
    mine.scan = scanFor(mine);
    mine.showChecking = setTimeout(() => mine === current && show(checking(way)), CHECKING_AFTER_MS);
    ask(mine, now());
  }

  /** A scan whose answer was lost is asked again under its own id; the server then answers what it decided. */
  function scanFor({ code, hash, way }) {
    const known = remember(code);
    const open = known.open[way];
    const isFresh = open && now() - Date.parse(open.scannedAt) < SAME_SCAN_FOR_MS;
    const what = hash ? { hash } : { code };
    const made = { id: crypto.randomUUID(), ...what, kind: way, scannedAt: new Date(now()).toISOString() };
    const scan = isFresh ? open : made;
    known.open[way] = scan;
    scan.admittedHereAt = now() - (known.admittedAt ?? 0) < JUST_HERE_MS ? known.admittedAt : null;
    return scan;
  }

  async function ask(mine, startedAt) {
    try {
      const answer = await decide(mine.scan);
      if (mine !== current) return;
      close(mine, answer);
      settle(mine, verdictOf(answer, mine.scan));
    } catch (error) {
      if (mine === current) askLater(mine, startedAt, error);
    }
  }

  function askLater(mine, startedAt, error) {
    if (error instanceof Refusal && error.status === 401) {
      settle(mine, deviceRevoked(mine.way));
      return;
    }
    if (error instanceof Refusal) remember(mine.code).open[mine.way] = null;
    const trying = error instanceof NoAnswer && now() - startedAt < ASK_AGAIN_FOR_MS;
    settle(mine, undecided(mine.way, trying));
    if (trying) mine.askAgain = setTimeout(() => mine === current && ask(mine, startedAt), ASK_AGAIN_MS);
  }

  function close(mine, answer) {
    const known = remember(mine.code);
    known.open[mine.way] = null;
    if (answer.decision === "admit") known.admittedAt = mine.way === "entry" ? now() : null;
  }

  function settle(mine, verdict) {
    clearTimeout(mine.showChecking);
    const isUnchanged = mine.phase === "shown" && mine.verdict === verdict.verdict && mine.trying === verdict.trying;
    if (isUnchanged) return;
    Object.assign(mine, { phase: "shown", verdict: verdict.verdict, trying: verdict.trying, shownAt: now() });
    const known = remember(mine.code);
    known.decidedAt[mine.way] = now();
    known.wasDecided = true;
    show(verdict);
    takeWaiting();
  }

  function takeWaiting() {
    const next = waiting;
    waiting = null;
    if (next) present(next.text, next.source);
  }

  /** Clears what has stood long enough: an OK by time, a refusal when its code is gone too; a question stays. */
  function tick() {
    if (current?.phase !== "shown" || current.verdict === "ask") return;
    const stood = now() - current.shownAt;
    if (current.verdict === "admit" && stood >= ADMIT_STAYS_MS) dismiss();
    else if (current.verdict === "refuse" && stood >= REFUSAL_STAYS_MS && isGone(current.code)) dismiss();
  }

  const isGone = (code) => now() - remember(code).seenAt >= GONE_AFTER_MS;

  /** Shows a verdict that no code led to (a tap for a guest without one). */
  function tell(verdict) {
    clearTimeout(current?.askAgain);
    const mine = { code: "", way: verdict.kind, phase: "checking", verdict: "checking", shownAt: now() };
    current = mine;
    settle(mine, verdict);
  }

  /** Back to the idle screen, by a tap or by time. */
  function dismiss() {
    if (current === null || current.phase === "checking") return;
    clearTimeout(current.askAgain);
    current = null;
    clear();
  }

  /** Asks once more about the scan on the screen, under the same id unless the server refused to hear it. */
  function again() {
    if (!current?.scan || current.phase !== "shown") return;
    clearTimeout(current.askAgain);
    Object.assign(current, { phase: "checking", verdict: "checking", scan: scanFor(current) });
    show(checking(current.way));
    ask(current, now());
  }

  function remember(code) {
    if (!memory.has(code)) {
      memory.set(code, { seenAt: 0, decidedAt: {}, wasDecided: false, admittedAt: null, open: {} });
    }
    return memory.get(code);
  }

  setInterval(tick, TICK_MS);
  return { present, presentHash, dismiss, again, tell };
}
