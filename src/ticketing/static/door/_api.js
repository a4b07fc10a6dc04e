/**
 * The door's calls to the server (`/api/v1/door/…`).
 * A lost answer is asked for again with the same body, so the server sees the same scan id and answers the same.
 */

const SHORTEST_ATTEMPT_MS = 500;
const PAUSES_MS = [150, 400, 800];

/** How long somebody at the door is kept waiting: in all, and for one attempt. */
const AT_THE_DOOR = { budget: 3000, attempt: 2500, retries: 3 };
const ONCE = { ...AT_THE_DOOR, retries: 0 };
/** A long queue takes its time, and nobody waits for it. */
const IN_THE_BACK = { budget: 8000, attempt: 8000, retries: 0 };
/** A list that comes slowly says nothing about the link. */
const WHOLE_LIST = { budget: 40000, attempt: 40000, retries: 0, isQuiet: true };

/** The server answered, and the answer was no. `code` is the stable code of the problem document. */
export class Refusal extends Error {
  constructor(status, code) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
  }
}

/**
 * Nothing was answered within the budget: what was asked may or may not have been done.
 * `status` is that of a server which is there but cannot answer now (429, 5xx), else 0.
 */
export class NoAnswer extends Error {
  constructor(status = 0) {
    super(`no answer (${status})`);
    this.status = status;
  }
}

const realFetch = (...all) => globalThis.fetch(...all);
export const realSleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * @param {{base: string, token: () => string | null, link: {lost: () => void}, fetch?: typeof fetch,
 *   sleep?: (ms: number) => Promise<void>}} parts
 */
export function createApi({ base, token, link, fetch = realFetch, sleep = realSleep }) {
  async function attempt(path, body, signal) {
    const headers = { Accept: "application/json" };
    if (token()) headers.Authorization = `Bearer ${token()}`;
    if (body) headers["Content-Type"] = "application/json";
    const response = await fetch(base + path, {
      method: body ? "POST" : "GET",
      body: body ? JSON.stringify(body) : undefined,
      headers,
      cache: "no-store",
      credentials: "omit",
      signal,
    });
    if (response.status >= 500 || response.status === 429) throw new NoAnswer(response.status);
    const answer = await response.json();
    if (!response.ok) throw new Refusal(response.status, answer.code ?? "");
    return answer;
  }

  async function call(path, body, patience) {
    const start = Date.now();
    for (let n = 0; ; n += 1) {
      const left = patience.budget - (Date.now() - start);
      const giveUp = new AbortController();
      const longest = Math.max(Math.min(left, patience.attempt), SHORTEST_ATTEMPT_MS);
      const alarm = setTimeout(() => giveUp.abort(), longest);
      try {
        return await attempt(path, body, giveUp.signal);
      } catch (error) {
        if (error instanceof Refusal) throw error;
        const pause = PAUSES_MS[n];
        if (n >= patience.retries || pause === undefined || left <= pause) {
          if (!patience.isQuiet) link.lost();
          throw error instanceof NoAnswer ? error : new NoAnswer();
        }
        await sleep(pause);
      } finally {
        clearTimeout(alarm);
      }
    }
  }

  return {
    /** Pairing codes work once, so a pairing is never sent twice by itself. */
    pair: (code, name) => call("/pair", { code, name }, ONCE),
    /** `code`, or `hash` where the code itself is not at hand; `override` names the supervisor and the reason. */
    scan: ({ id, code, hash, kind, scannedAt, override }) =>
      call("/scan", { id, code, code_hash: code ? undefined : hash, kind, scanned_at: scannedAt, override }, AT_THE_DOOR),
    /** One person without a code; the same id counts once. */
    count: ({ id, delta, what }) => call("/count", { id, delta, what }, AT_THE_DOOR),
    /** What this tablet has for the server, and what the server has for it. `hurry` while guests may be waiting. */
    sync: (body, hurry) => call("/sync", body, hurry ? AT_THE_DOOR : IN_THE_BACK),
    /** The whole list. */
    manifest: () => call("/manifest", null, WHOLE_LIST),
    /** A supervisor found the room empty; the same id counts once. */
    empty: ({ id, supervisor }) => call("/empty", { id, supervisor }, AT_THE_DOOR),
    conflicts: () => call("/conflicts", null, ONCE),
  };
}
