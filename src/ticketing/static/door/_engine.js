/** The tablet's engine: decides with the server while it can be reached, alone while it cannot. No page in here. */

import { NoAnswer, Refusal } from "./_api.js";

/** How often the tablet and the server tell each other the news (ms). */
const PACE_MS = 5000;

export function createEngine({ api, session, link, now = () => Date.now() }) {
  const listeners = new Set();
  const known = { inside: null, capacity: session.get("room")?.capacity ?? null, revoked: false };
  let timer = null;

  function state() {
    const { online, since } = link.state();
    const { inside, capacity, revoked } = known;
    return {
      online, since, inside, capacity, revoked, unsent: 0, permits: 0, listAt: null, listCount: 0, storage: "ok",
      elsewhere: false, waiting: false, conflicts: 0, policy: null, room: session.get("room"), gate: session.get("gate"),
      event: session.get("event"), names: false, clockOffsetMs: 0,
    };
  }

  const tell = () => listeners.forEach((listener) => listener(state()));

  async function sync() {
    try {
      const answer = await api.sync({ epoch: session.get("epoch"), scans: [], returns: [], released: [] }, true);
      Object.assign(known, { inside: answer.inside, capacity: answer.capacity });
      link.regained();
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) known.revoked = true;
      else if (!(error instanceof NoAnswer) && !(error instanceof Refusal)) throw error;
    }
    tell();
  }

  async function beat() {
    clearTimeout(timer);
    await sync();
    timer = setTimeout(beat, PACE_MS);
  }

  link.onChange(tell);
  return {
    async open() {},
    close: () => clearTimeout(timer),
    async forget() {
      known.revoked = false;
    },
    start: beat,
    stop: () => clearTimeout(timer),
    async decide(scan) {
      const answer = await api.scan(scan);
      link.regained();
      Object.assign(known, { inside: answer.inside, capacity: answer.capacity });
      return { ...answer, mode: "online", detail: null, list_at: null, permits: 0 };
    },
    override: async () => ({ decision: "refuse", reason: "undecided" }),
    undo: async () => ({ ok: false, reason: "unknown" }),
    checkPin: async () => false,
    supervisors: () => [],
    record: () => null,
    party: () => [],
    records: () => [].values(),
    tier: () => null,
    hashOf: async () => "",
    report() {},
    wake: sync,
    sync,
    state,
    onChange: (listener) => listeners.add(listener),
    at: now,
  };
}
