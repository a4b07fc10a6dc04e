/**
 * The exchange with the server: scans made alone go up in order, news come down, permits and stays change hands.
 * What was sent stays owed until it is acknowledged; a lost answer means the same again.
 *
 * Permits and stays are given back only in a call that leaves no scan behind, and only once the server has been heard:
 * a tablet that is still cut off needs them.
 */

import { NoAnswer, Refusal } from "./_api.js";

export const BATCH = 200;
const MOST_RETURNS = 1000;
const MOST_RELEASED = 5000;
const FACTS = ["event", "room", "gate", "programs", "tiers", "policy", "supervisors"];
/** Calls in one exchange after the queue is empty: to be heard, to give back, to hear of it. */
const MOST_CALLS = 3;
/** An offset measured with a small error is not replaced by a much vaguer one for this long (ms). */
const CLOCK_KEEPS_MS = 300_000;

/** @param {{api, book, link, now: () => number, status: () => object, onRefused: (why: string) => void}} parts */
export function createSyncer({ api, book, link, now, status, onRefused }) {
  let largest = BATCH;
  let conflicts = 0;
  let forced = 0;

  /** One whole exchange. Resolves to whether everything is settled; the link is back then. */
  async function round() {
    try {
      return await exchange();
    } catch (error) {
      if (error instanceof NoAnswer) return false;
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 401 || error.code === "wrong_epoch") onRefused("revoked");
      return false;
    }
  }

  async function exchange() {
    for (let calls = 0; calls < MOST_CALLS; ) {
      const before = book.queue.length;
      await send(bundle());
      if (book.queue.length && book.queue.length >= before) return false;
      if (book.queue.length) continue;
      calls += 1;
      // What is given back must be told in this exchange: until then nobody has these places.
      if (calls === MOST_CALLS || !(await book.turn(giveBack))) break;
    }
    const isDone = await book.turn(settle);
    if (book.listVersion === null) await fetchList();
    return isDone;
  }

  async function send(sent) {
    const start = now();
    try {
      const answer = await api.sync(sent.body, link.state().online);
      await book.turn(() => take(sent, answer, { start, end: now() }));
      largest = BATCH;
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 400 || !sent.events.length) throw error;
      await isolate(sent);
    }
  }

  /** A scan that the server cannot read never stops the others: it is found one by one, and set aside. */
  async function isolate({ events }) {
    if (events.length > 1) {
      largest = 1;
      await send(bundle());
      return;
    }
    await book.turn(async () => {
      const made = book.draft();
      made.acked = events.map((event) => ({ ...event, unreadable: true }));
      await book.commit(made);
    });
  }

  function bundle() {
    const events = book.queue.slice(0, largest);
    const isLast = events.length === book.queue.length;
    const returns = isLast ? book.returns.slice(0, MOST_RETURNS) : [];
    const released = isLast ? [...book.released].slice(0, MOST_RELEASED) : [];
    const { granted } = book.counters;
    const { revision } = book.facts ?? {};
    const known = { granted, list_version: book.listVersion ?? undefined, revision: revision ?? undefined };
    const scans = events.map(({ delta, ...event }) => event);
    const body = { epoch: book.tablet.epoch, scans, returns, released, ...known, status: status() };
    return { body, events, returns, released, stamp: book.lastStamp(), tablet: book.tablet };
  }

  async function take(sent, answer, times) {
    if (book.tablet !== sent.tablet) return;
    const made = book.draft();
    const kept = new Set(answer.results.map(({ id }) => id));
    made.acked = sent.events.filter((event) => event.seq <= answer.acked_seq || kept.has(event.id));
    conflicts += answer.results.filter(({ state }) => state === "conflict").length;
    takePlaces(made, sent, answer);
    made.unmark = settledMarks(made.acked, sent.stamp);
    made.news = { count: countOf(answer), clock: clockOf(answer, times) };
    takeNews(made, answer);
    await book.commit(made);
  }

  function takePlaces(made, sent, answer) {
    const { counters } = made;
    for (const { n, permits } of [...answer.grants].sort((a, b) => a.n - b.n)) {
      if (n <= counters.granted) continue;
      counters.granted = n;
      counters.permits += permits;
    }
    if (Number.isInteger(answer.reserve)) counters.reserve = answer.reserve;
    const counted = answer.returned ?? Math.max(0, ...sent.returns.map(({ n }) => n));
    made.returns = made.returns.filter(({ n }) => n > counted);
    sent.released.forEach((id) => made.released.delete(id));
    for (const id of answer.release) {
      if (book.held.has(id)) made.drop.push(id);
      made.released.add(id);
    }
  }

  /** Our own marks go when the server has counted what they stand for and has told the outcome. */
  function settledMarks(acked, stamp) {
    const gone = new Set(acked.map(({ seq }) => seq));
    const owed = new Set(book.queue.map(({ seq }) => seq).filter((seq) => !gone.has(seq)));
    return [...book.marks.values()].filter((mark) => mark.stamp <= stamp && !owed.has(mark.seq)).map(({ hash }) => hash);
  }

  function takeNews(made, answer) {
    if (book.listVersion === null) return;
    made.records = book.list.news(answer.changes?.tickets ?? []);
    made.news.listVersion = answer.list_version;
    made.news.listAt = answer.server_time;
    const changed = FACTS.filter((name) => answer.changes?.[name] !== undefined);
    if (!changed.length) return;
    const facts = Object.fromEntries(changed.map((name) => [name, answer.changes[name]]));
    made.facts = { ...book.facts, ...facts, revision: answer.revision };
  }

  /** The server's clock minus ours, with the error that half the way there and back leaves. */
  function clockOf(answer, { start, end }) {
    const offset = Math.round(Date.parse(answer.server_time) - (start + end) / 2);
    const error = Math.ceil((end - start) / 2);
    const { clock } = book;
    const isVague = clock.error !== null && error > 2 * clock.error + 50 && end - clock.at < CLOCK_KEEPS_MS;
    const agrees = Math.abs(offset - clock.offset) <= error + clock.error;
    return isVague && agrees ? clock : { offset, error, at: end };
  }

  const countOf = ({ inside, capacity, untracked }) => ({ inside, capacity, untracked: untracked ?? 0 });

  /** Our debit first, then the word to the server. Resolves to whether there is something to tell. */
  async function giveBack() {
    if (book.queue.length) return true;
    const made = book.draft();
    const { counters } = made;
    made.drop = [...book.held.keys()];
    made.drop.forEach((id) => made.released.add(id));
    const above = Math.max(counters.reserve === null ? 0 : counters.permits - counters.reserve, forced);
    const permits = Math.min(counters.permits, above);
    forced = 0;
    if (permits > 0) {
      counters.permits -= permits;
      counters.returned += 1;
      made.returns.push({ n: counters.returned, permits });
    }
    if (!made.drop.length && permits <= 0) return Boolean(made.released.size);
    await book.commit(made);
    return true;
  }

  async function fetchList() {
    const { tablet } = book;
    const { list_version: listVersion, tickets, permits, returned, granted, ...facts } = await api.manifest();
    const listAt = new Date(now() + book.clock.offset).toISOString();
    await book.turn(() => book.tablet === tablet && book.replaceList(tickets, facts, { listVersion, listAt }));
  }

  /** Back online: nothing is owed, and no stay is held here that another door might have to end. */
  async function settle() {
    const isDone = !book.queue.length && !book.held.size && !book.released.size;
    if (isDone) link.regained();
    return isDone;
  }

  return {
    round,
    conflicts: () => conflicts,
    /** At the next exchange so many permits go back, whatever the server wants us to hold. */
    force: (permits) => {
      forced = permits;
    },
  };
}
