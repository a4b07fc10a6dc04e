/**
 * What this tablet knows and owes, in memory and in the store: every change goes to the store first.
 * Changes come one after the other (`turn`); each is drafted on what is so, kept, and only then true here.
 */

import { createList } from "./_list.js";

/**
 * seq: last place in the queue. permits: places this tablet may fill alone. granted: last grant that counts here.
 * returned: last number of what was given back. reserve: how many permits the server wants to be here.
 */
const FRESH = { seq: 0, permits: 0, granted: 0, returned: 0, reserve: null };
const NO_CLOCK = { offset: 0, error: null, at: null };

/** @param {object} store of _store.js */
export function createBook(store) {
  const list = createList();
  const book = { list, tablet: null };
  let last = Promise.resolve();
  let stamps = 0;

  function forget() {
    Object.assign(book, { tablet: null, counters: { ...FRESH }, returns: [], released: new Set(), clock: { ...NO_CLOCK } });
    Object.assign(book, { queue: [], held: new Map(), marks: new Map(), facts: null, listVersion: null, listAt: null });
    book.count = { inside: null, untracked: 0, capacity: null };
    list.clear();
  }

  async function load() {
    const { meta, queue, held, marks, list: blocks } = await store.load();
    forget();
    book.tablet = meta.tablet ?? null;
    Object.assign(book, meta.counters ?? {}, { released: new Set(meta.counters?.released ?? []) });
    Object.assign(book, meta.news ?? {}, { facts: meta.facts ?? null });
    book.queue = queue;
    held.forEach((stay) => book.held.set(stay.id, stay));
    marks.forEach((mark) => book.marks.set(mark.hash, { ...mark, stamp: 0 }));
    blocks.forEach((block) => list.fill(block));
  }

  /** Runs `work` when every turn before it is over. */
  function turn(work) {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  }

  /** A change in the making; call it inside a turn only. */
  function draft() {
    const made = { events: [], acked: [], hold: [], drop: [], marks: [], unmark: [], records: [], news: {}, facts: null };
    return Object.assign(made, {
      counters: { ...book.counters },
      returns: [...book.returns],
      released: new Set(book.released),
      enqueue(event) {
        made.counters.seq += 1;
        made.events.push({ ...event, seq: made.counters.seq });
      },
    });
  }

  async function commit(made) {
    await store.write(changeOf(made));
    const { counters, returns, released, events, acked } = made;
    Object.assign(book, { counters, returns, released }, made.news);
    if (made.facts) book.facts = made.facts;
    const gone = new Set(acked.map((event) => event.seq));
    book.queue = [...book.queue.filter((event) => !gone.has(event.seq)), ...events];
    made.drop.forEach((id) => book.held.delete(id));
    made.hold.forEach((stay) => book.held.set(stay.id, stay));
    made.unmark.forEach((hash) => book.marks.delete(hash));
    made.marks.forEach((mark) => book.marks.set(mark.hash, mark));
    list.take(made.records);
  }

  function changeOf(made) {
    const { counters, returns, released, acked } = made;
    const news = { listVersion: book.listVersion, listAt: book.listAt, clock: book.clock, count: book.count, ...made.news };
    return {
      del: [
        ...acked.map((event) => ["queue", event.seq]),
        ...made.drop.map((id) => ["held", id]),
        ...made.unmark.map((hash) => ["marks", hash]),
      ],
      put: [
        ["meta", { counters, returns, released: [...released] }, "counters"],
        ...(Object.keys(made.news).length ? [["meta", news, "news"]] : []),
        ...(made.facts ? [["meta", made.facts, "facts"]] : []),
        ...acked.map((event) => ["log", event]),
        ...made.events.map((event) => ["queue", event]),
        ...made.hold.map((stay) => ["held", stay]),
        ...made.marks.map((mark) => ["marks", mark]),
        ...list.blocksWith(made.records).map(([key, block]) => ["list", block, key]),
      ],
    };
  }

  /** The whole list anew, with the facts of the event that came with it. */
  async function replaceList(records, facts, news) {
    const fresh = createList();
    fresh.take(records);
    const kept = { listVersion: null, listAt: null, clock: book.clock, count: book.count, ...news };
    await store.write({
      clear: ["list"],
      put: [
        ...fresh.blocks().map(([key, block]) => ["list", block, key]),
        ["meta", facts, "facts"],
        ["meta", kept, "news"],
      ],
    });
    Object.assign(book, kept, { facts });
    list.clear();
    list.take(records);
  }

  /** Empties everything for a tablet that has just been paired. */
  async function begin(tablet) {
    await store.wipe();
    await store.write({ put: [["meta", tablet, "tablet"]] });
    forget();
    book.tablet = tablet;
  }

  /** The scans that the server has are kept until the event is long over. */
  const clearLog = () => store.write({ clear: ["log"] });

  forget();
  Object.assign(book, {
    /** A number for a new mark; marks made later have a higher one. */
    stamp: () => (stamps += 1),
    lastStamp: () => stamps,
  });
  return Object.assign(book, { load, turn, draft, commit, replaceList, begin, clearLog });
}
