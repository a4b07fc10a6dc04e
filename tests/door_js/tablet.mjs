/**
 * One tablet as a process: the real engine on a store in memory, driven by JSON lines.
 *
 * A request is `{"n": 1, "do": "decide", …}`, its answer `{"n": 1, "value": …}` or `{"n": 1, "error": "…"}`; answers
 * may come in another order than the requests. The clock stands still until it is set; waiting moves it on at once.
 */

import { createInterface } from "node:readline";

import { IDBFactory } from "fake-indexeddb";

import { createApi } from "../../src/ticketing/static/door/_api.js";
import { createEngine } from "../../src/ticketing/static/door/_engine.js";
import { createLink } from "../../src/ticketing/static/door/_link.js";
import { openSession } from "../../src/ticketing/static/door/_session.js";

const time = { at: Date.now(), slept: 0 };
const net = { cut: false, dropBefore: 0, dropAfter: 0, late: false, calls: [] };
const waiting = [];
const kept = new Map();
let idb = new IDBFactory();
let page = null;
let earlier = null;

const now = () => time.at;
/** Waiting takes no time here: the clock jumps, and whoever drives this moves all other clocks by as much afterwards. */
const sleep = async (ms) => {
  time.at += ms;
  time.slept += ms;
};

/** The network as the test wants it: cut, losing requests, losing answers after the work was done, or keeping them. */
async function fetchThrough(address, options) {
  const [, path] = /\/api\/v1\/door(\/\w+)/.exec(address);
  if (net.cut || take("dropBefore")) throw new TypeError("the network is cut");
  net.calls.push(path);
  const loses = take("dropAfter");
  const { signal, ...rest } = options;
  const answer = await fetch(address, rest);
  const text = await answer.text();
  if (net.late) await new Promise((arrive) => waiting.push(arrive));
  if (loses) throw new TypeError("the answer is lost");
  return { ok: answer.ok, status: answer.status, json: async () => atThisTime(JSON.parse(text)) };
}

/** The server's clock stood still while this tablet waited: it says what it would have said. */
function atThisTime(answer) {
  if (!answer.server_time) return answer;
  return { ...answer, server_time: new Date(Date.parse(answer.server_time) + time.slept).toISOString() };
}

function take(name) {
  if (!net[name]) return false;
  net[name] -= 1;
  return true;
}

const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };

const commands = {
  /** A tablet out of the box. */
  reset() {
    page?.close();
    page = null;
    idb = new IDBFactory();
    kept.clear();
    Object.assign(net, { cut: false, dropBefore: 0, dropAfter: 0, late: false, calls: [] });
    waiting.splice(0).forEach((arrive) => arrive());
  },
  /** Loads the page: `paired` is the answer of the pairing, left out when the tablet is paired already. */
  async load({ base, paired }) {
    const session = openSession(storage);
    const link = createLink(() => new Date(now()));
    const api = createApi({ base, token: () => session.get("token"), link, fetch: fetchThrough, sleep });
    if (paired) session.pair(paired);
    earlier = page;
    page = createEngine({ api, idb, session, link, now, sleep, pace: null });
    await page.start();
    return page.state();
  },
  /** As if the system had cleared what this page keeps, though not its pairing. */
  lose() {
    page.close();
    idb = new IDBFactory();
  },
  /** To the page that was loaded before this one, and back. */
  turn: () => void ([page, earlier] = [earlier, page]),
  /** Closes the page; the store stays for the next `load`. */
  close: () => page.close(),
  async decide({ id, code, hash, kind, at }) {
    return page.decide({ id: id ?? crypto.randomUUID(), code, hash, kind, scannedAt: new Date(at ?? now()).toISOString() });
  },
  async override({ code, hash, kind, supervisor, reason }) {
    const scan = { id: crypto.randomUUID(), code, hash, kind, scannedAt: new Date(now()).toISOString() };
    return page.override(scan, { supervisor, reason });
  },
  undo: ({ id }) => page.undo(id),
  sync: () => page.sync(),
  state: () => page.state(),
  record: ({ hash }) => page.record(hash),
  party: ({ hash }) => page.party(hash),
  hash: ({ code }) => page.hashOf(code),
  pin: ({ supervisor, pin }) => page.checkPin(supervisor, pin),
  report: ({ battery = null, test = null }) => page.report({ battery, test }),
  forget: () => page.forget(),
  /**
   * Cuts the network (`cut`), or loses so many requests (`dropBefore`) or answers (`dropAfter`) of those to come;
   * answers are under way for as long as it is `late`.
   */
  net(wanted) {
    Object.assign(net, wanted);
    if (!net.late) waiting.splice(0).forEach((arrive) => arrive());
  },
  /** What was asked since the last time this was asked. */
  calls: () => net.calls.splice(0),
  clock({ at }) {
    Object.assign(time, { at: Date.parse(at), slept: 0 });
  },
  /** How long this tablet has waited since its clock was set (ms). */
  slept: () => time.slept,
  /** The rule on bare facts, for the vectors. */
  async judge({ facts }) {
    const { judge } = await import("../../src/ticketing/static/door/_rules.js");
    return judge(facts);
  },
};

createInterface({ input: process.stdin }).on("line", async (line) => {
  const { n, do: name, ...more } = JSON.parse(line);
  try {
    say({ n, value: (await commands[name](more)) ?? null });
  } catch (error) {
    say({ n, error: `${error.name}: ${error.message}`, stack: error.stack });
  }
});

const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
