/**
 * The door's calls to the server (`/api/v1/door/…`).
 * A lost answer is asked for again with the same body, so the server sees the same scan id and answers the same.
 */

const ATTEMPT_MS = 2500;
const SHORTEST_ATTEMPT_MS = 500;
const BUDGET_MS = 3000;
const PAUSES_MS = [150, 400, 800];

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

/** @param {{base: string, token: () => string | null, link: {report: (online: boolean) => void}}} parts */
export function createApi({ base, token, link }) {
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

  async function call(path, body, retries) {
    const start = Date.now();
    for (let n = 0; ; n += 1) {
      const left = BUDGET_MS - (Date.now() - start);
      const patience = new AbortController();
      const alarm = setTimeout(() => patience.abort(), Math.max(Math.min(left, ATTEMPT_MS), SHORTEST_ATTEMPT_MS));
      try {
        const answer = await attempt(path, body, patience.signal);
        link.report(true);
        return answer;
      } catch (error) {
        if (error instanceof Refusal) {
          link.report(true);
          throw error;
        }
        const pause = PAUSES_MS[n];
        if (n >= retries || pause === undefined || left <= pause) {
          link.report(false);
          throw error instanceof NoAnswer ? error : new NoAnswer();
        }
        await new Promise((resolve) => setTimeout(resolve, pause));
      } finally {
        clearTimeout(alarm);
      }
    }
  }

  return {
    /** Pairing codes work once, so a pairing is never sent twice by itself. */
    pair: (code, name) => call("/pair", { code, name }, 0),
    scan: ({ id, code, kind, scannedAt }) => call("/scan", { id, code, kind, scanned_at: scannedAt }, 3),
    /** One person without a code; the same id counts once. */
    count: ({ id, delta, what }) => call("/count", { id, delta, what }, 3),
    occupancy: () => call("/occupancy", null, 1),
  };
}
