/**
 * What the tablet keeps in IndexedDB: counters, its queue, the stays it holds, its own marks, and the list.
 * A change is one transaction with strict durability: whoever awaits it knows that it survives a closed tab.
 *
 * The store belongs to the page that loaded it last. One that was closed, slept, or runs beside it where the browser
 * has no locks may still hold an older idea of the permits and of the places in the queue: its changes are refused.
 */

const NAME = "ticketing-door";

/** The way from each version of the store to the next one; never changed, only added to. */
const STEPS = [
  (db) => {
    db.createObjectStore("meta");
    db.createObjectStore("queue", { keyPath: "seq" });
    db.createObjectStore("log", { keyPath: "seq" });
    db.createObjectStore("held", { keyPath: "id" });
    db.createObjectStore("marks", { keyPath: "hash" });
    db.createObjectStore("list");
  },
];

const ALL = ["meta", "queue", "log", "held", "marks", "list"];

/** A change could not be kept: the disk is full, or the system took the store away. */
export class StoreFault extends Error {}

const OWNER = "owner";

/**
 * Opens the store, bringing an older one up to date. Rejects where the browser gives no storage.
 * `onTaken` hears, when a change is refused, that the store belongs to another page by now.
 */
export async function openStore(idb, name = NAME, onTaken = () => {}) {
  const me = crypto.randomUUID();
  let db = await connect();

  async function connect() {
    const opened = await open(idb, name);
    // A newer page wants to change the store: it may, this one must be loaded again.
    opened.onversionchange = () => opened.close();
    return opened;
  }

  /** Some systems drop the connection of a page that slept: it is opened once more. */
  async function transaction(...all) {
    try {
      return db.transaction(...all);
    } catch {
      db = await connect();
      return db.transaction(...all);
    }
  }

  async function write(change) {
    try {
      await keep(change);
    } catch (error) {
      throw new StoreFault(error?.message ?? "", { cause: error });
    }
  }

  /** @param {{put?: [string, any, any?][], del?: [string, any][], clear?: string[]}} change in this order: clear, del, put */
  async function keep({ put = [], del = [], clear = [] }) {
    const stores = new Set([...clear, ...del.map(([store]) => store), ...put.map(([store]) => store)]);
    if (!stores.size) return;
    const work = await transaction([...stores.add("meta")], "readwrite", { durability: "strict" });
    await new Promise((resolve, reject) => {
      work.oncomplete = () => resolve();
      work.onabort = () => reject(work.error ?? new Error("the store gave up a change"));
      const owner = work.objectStore("meta").get(OWNER);
      owner.onsuccess = () => (owner.result === me ? change() : giveUp());
      function giveUp() {
        onTaken();
        work.abort();
      }
      function change() {
        clear.forEach((store) => work.objectStore(store).clear());
        del.forEach(([store, key]) => work.objectStore(store).delete(key));
        [...put, ["meta", me, OWNER]].forEach(([store, value, key]) => work.objectStore(store).put(value, key));
      }
    });
  }

  /** Everything but the log of what the server has, in one snapshot; from now on the store is ours. */
  async function load() {
    const work = await transaction(ALL, "readwrite", { durability: "strict" });
    return new Promise((resolve, reject) => {
      work.objectStore("meta").put(me, OWNER);
      const all = (store) => work.objectStore(store).getAll();
      const keys = work.objectStore("meta").getAllKeys();
      const found = { meta: all("meta"), queue: all("queue"), held: all("held"), marks: all("marks"), list: all("list") };
      work.onabort = () => reject(work.error);
      work.oncomplete = () => {
        const meta = Object.fromEntries(keys.result.map((key, n) => [key, found.meta.result[n]]));
        resolve({ ...Object.fromEntries(Object.entries(found).map(([name, { result }]) => [name, result])), meta });
      };
    });
  }

  return { write, load, wipe: () => write({ clear: ALL }), close: () => db.close() };
}

function open(idb, name) {
  return new Promise((resolve, reject) => {
    const request = idb.open(name, STEPS.length);
    request.onupgradeneeded = ({ oldVersion }) => STEPS.slice(oldVersion).forEach((step) => step(request.result));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("another page keeps the store"));
  });
}
