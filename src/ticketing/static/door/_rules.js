/** The rule of the door: a pure function of facts, the same as door/rules.py; tests/vectors/door.json binds both. */

/**
 * Null to admit, otherwise the reason of the refusal, the gravest first. Times are milliseconds.
 * Who is inside may always leave, whatever became of the ticket since.
 * @param {{kind: string, revoked: boolean, admits: string[], reentry: boolean, inside: boolean, entries: number,
 *   people: number, capacity: number, now: number,
 *   windows: {program: string, opensAt: number, lastEntryAt: number | null, endsAt: number}[]}} facts
 */
export function judge(facts) {
  if (facts.kind === "exit") return facts.inside ? null : "not_inside";
  if (facts.revoked) return "revoked";
  return byTime(facts) ?? byPlace(facts);
}

function byTime({ windows, admits, now }) {
  const onNow = windows.filter(({ opensAt, endsAt }) => opensAt <= now && now < endsAt);
  const admitting = onNow.filter(({ program }) => admits.includes(program));
  if (onNow.length && !admitting.length) return "wrong_program";
  if (onNow.length) return admitting.some(({ lastEntryAt }) => lastEntryAt === null || now < lastEntryAt) ? null : "too_late";
  const mine = windows.filter(({ program }) => admits.includes(program));
  if (!mine.length) return "wrong_program";
  return mine.some(({ opensAt }) => now < opensAt) ? "too_early" : "too_late";
}

function byPlace({ inside, entries, reentry, people, capacity }) {
  if (inside) return "already_inside";
  if (entries && !reentry) return "already_used";
  return people >= capacity ? "room_full" : null;
}
