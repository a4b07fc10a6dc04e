/** What the list knows of the programs that a ticket admits to. */

/**
 * When the doors open next for tickets of this tier; null where the list knows of no such time.
 * @param {{admits: string[]} | null} tier @param {{code: string, doors_open_at: string}[]} programs @param {number} now (ms)
 */
export function opensNext(tier, programs, now) {
  const mine = programs.filter(({ code }) => tier?.admits.includes(code));
  const times = mine.map((program) => Date.parse(program.doors_open_at)).filter((at) => at > now);
  return times.length ? new Date(Math.min(...times)) : null;
}
