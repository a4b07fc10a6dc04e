/**
 * The tablet's engine: decides with the server while it can be reached, alone while it cannot, and brings both
 * together again. It knows no page; what it works with is handed in, so that it runs in Node as well.
 */

import { createSeat } from "./_alone.js";
import { realSleep } from "./_api.js";
import { createBook } from "./_book.js";
import { createCourt } from "./_court.js";
import { peopleOf, tierOf, view } from "./_decide.js";
import { hashOf, isPinOf } from "./_hash.js";
import { openStore, StoreFault } from "./_store.js";
import { createSyncer } from "./_syncer.js";

/** How long after an exchange the next one begins (ms): what is new has to be here within five seconds. */
const PACE_MS = 3000;
const NAME = "ticketing-door";
/** Scans that the server has are kept this long after the last program (ms). */
const LOG_KEPT_MS = 86_400_000;
/** A clock that was never set is months off; the server keeps no larger number (ms). */
const HIGHEST = 2 ** 31 - 1;

/**
 * @param {{api, idb: IDBFactory, session, link, now?: () => number, uuid?: () => string,
 *   sleep?: (ms: number) => Promise<void>, locks?: LockManager, storage?: StorageManager, isVisible?: () => boolean, pace?: number | null, name?: string}} parts
 */
export function createEngine({
  api,
  idb,
  session,
  link,
  now = () => Date.now(),
  sleep = realSleep,
  uuid = () => crypto.randomUUID(),
  locks = null,
  storage = null,
  isVisible = () => true,
  pace = PACE_MS,
  name = NAME,
}) {
  const listeners = new Set();
  const said = { battery: null, test: null };
  const is = { revoked: null, storage: "ok", elsewhere: false, waiting: false };
  let store = null;
  let book = createBook(noStore);
  let running = null;
  let again = null;
  let timer = null;
  let opening = null;
  const seat = createSeat(locks, name);

  const tell = () => listeners.forEach((listener) => listener(state()));
  const parts = { api, link, now, sleep, uuid, tell, is, sync, book: () => book, giveBack: (n) => syncer.force(n), canKeep: () => canKeep() };
  const court = createCourt(parts);
  let syncer = createOwnSyncer();

  /** Opens the store; safe to call again, and needed again after a pairing. */
  function open() {
    opening ??= begin().finally(tell);
    return opening;
  }

  async function begin() {
    is.elsewhere = !(await seat.take(takeOver));
    if (!is.elsewhere) await settleIn();
  }

  async function takeOver() {
    is.elsewhere = false;
    await settleIn();
    tell();
  }

  async function settleIn() {
    try {
      store ??= await openStore(idb, name, () => (is.elsewhere = true));
      const opened = createBook(store);
      await opened.load();
      book = opened;
      await identify();
      is.storage = (await storage?.persist?.().catch(() => false)) === false ? "volatile" : "ok";
      await clearOldLog();
    } catch {
      is.storage = "broken";
    }
    syncer = createOwnSyncer();
    if (book.queue.length || book.held.size) link.lost();
    beat();
  }

  /** The store belongs to one pairing. Where it is gone but the pairing is not, the tablet has lost count of itself. */
  async function identify() {
    if (!session.isPaired()) return;
    const { id: device, name: called } = session.get("device");
    if (book.tablet?.device === device) return;
    if (session.get("kept") === device) {
      is.revoked = "lost";
      return;
    }
    await book.begin({ device, name: called, epoch: session.get("epoch") });
    session.set({ kept: device });
  }

  async function clearOldLog() {
    const ends = (book.facts?.programs ?? []).map((program) => Date.parse(program.ends_at));
    const isLongOver = ends.length && now() + book.clock.offset > Math.max(...ends) + LOG_KEPT_MS;
    if (isLongOver && !book.queue.length) await book.clearLog();
  }

  function createOwnSyncer() {
    return createSyncer({ api, book, link, now, status, onRefused: (why) => (is.revoked = why) });
  }

  function status() {
    const offset = Math.max(-HIGHEST, Math.min(HIGHEST, book.clock.offset));
    return { battery: said.battery, queued: book.queue.length, clock_offset_ms: offset, test: said.test };
  }

  const canKeep = () => is.storage !== "broken" && Boolean(book.tablet);

  /** One exchange that starts now, or right after the one under way. Resolves to whether all is settled. */
  function sync() {
    if (running) {
      again ??= running.then(() => {
        again = null;
        return sync();
      });
      return again;
    }
    running = exchange().finally(() => {
      running = null;
      tell();
    });
    return running;
  }

  async function exchange() {
    await opening;
    if (!book.tablet || !session.isPaired() || is.revoked || is.elsewhere) return false;
    const { test } = said;
    try {
      const isSettled = await syncer.round();
      if (isSettled && said.test === test) said.test = null;
      if (isSettled && is.storage === "broken") is.storage = "volatile";
      return isSettled;
    } catch (error) {
      if (error instanceof StoreFault) is.storage = "broken";
      else globalThis.reportError?.(error);
      return false;
    }
  }

  async function beat() {
    clearTimeout(timer);
    if (pace === null) return;
    if (isVisible()) await sync();
    clearTimeout(timer);
    timer = setTimeout(beat, pace);
    timer.unref?.();
  }

  function state() {
    const { online, since } = link.state();
    const { facts, counters, queue, list } = book;
    const { inside, capacity, untracked } = peopleOf(book);
    return {
      online,
      since,
      ...is,
      unsent: queue.length,
      permits: counters.permits,
      inside,
      untracked,
      capacity: capacity ?? session.get("room")?.capacity ?? null,
      listAt: book.listAt ? new Date(book.listAt) : null,
      listCount: list.count(),
      policy: facts?.policy ?? null,
      names: facts?.policy.door_names ?? false,
      room: facts?.room ?? session.get("room"),
      gate: facts?.gate ?? session.get("gate"),
      event: facts?.event ?? session.get("event"),
      programs: facts?.programs ?? [],
      clockOffsetMs: book.clock.offset,
      clockErrorMs: book.clock.error,
      conflicts: syncer.conflicts(),
    };
  }

  link.onChange(tell);
  return {
    open,
    /** Lets the store and the other tab go. */
    close() {
      clearTimeout(timer);
      pace = null;
      store?.close();
      seat.leave();
    },
    /** Wipes what is kept: this browser is no longer that tablet. */
    async forget() {
      await opening;
      is.revoked = null;
      if (is.elsewhere) return;
      await running;
      await book.turn(() => (session.isPaired() ? identify() : book.begin(null))).catch(() => {});
    },
    /** Call after a pairing: the store is begun for the new tablet, and the exchange goes on by itself. */
    async start() {
      await open();
      // In a second page, or without a store, there is nothing to tell the tablet by.
      if (is.elsewhere || !store) return;
      await book.turn(identify).catch(() => (is.storage = "broken"));
      beat();
    },
    stop() {},
    decide: async (scan) => (await open(), court.decide(scan)),
    override: async (scan, by) => (await open(), court.override(scan, by)),
    undo: async (id) => (await open(), court.undo(id)),
    /** Whether this PIN is that supervisor's; checked here, without the server. */
    async checkPin(supervisor, pin) {
      const found = book.facts?.supervisors?.find((one) => one.name === supervisor);
      return found ? isPinOf(found, pin) : false;
    },
    supervisors: () => (book.facts?.supervisors ?? []).map(({ name: called }) => ({ name: called })),
    record: (hash) => view(book, hash),
    /** All tickets of the order that this one belongs to. */
    party(hash) {
      const order = book.list.get(hash)?.order;
      return order === undefined ? [] : book.list.ofOrder(order).map((one) => view(book, one));
    },
    *records() {
      for (const { hash } of book.list.records()) yield view(book, hash);
    },
    tier: (code) => tierOf(book, code),
    hashOf,
    /** What the tablet says of itself with the next exchange. */
    report: (news) => Object.assign(said, news),
    /** The page is looked at again, or the network says it is back. */
    wake: () => (isVisible() ? beat() : undefined),
    sync,
    state,
    onChange: (listener) => listeners.add(listener),
  };
}

/** Until the store is open nothing can be kept, so nothing is decided alone. */
const noStore = { write: () => Promise.reject(new StoreFault("not open")) };
