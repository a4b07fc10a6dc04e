/**
 * People who come together: after one scan, the other tickets of that order can be let in without scanning each.
 * The panel waits below; the next guest's scan simply replaces it.
 */

import { verdictOf } from "./_decision.js";
import { byId, fill } from "./_draw.js";
import { describe, stateOf } from "./_row.js";

const OFFERED_AFTER = new Set(["admit", "already_inside", "already_used"]);
const DONE_STAYS_MS = 8000;

/** @param {{engine, texts, onVerdict: (verdict: object) => void, onDone: (verdicts: object[]) => void}} parts */
export function createParty({ engine, texts, onVerdict, onDone }) {
  const panels = [...document.querySelectorAll("[data-party]")];
  const dialog = byId("party");
  let party = null;
  let timer = null;

  /** After a verdict: shows the order's other tickets, or takes the panel away. */
  function offer(verdict) {
    if (verdict.verdict === "checking" || party?.isBusy || verdict.isOfParty) return;
    party = verdict.kind === "entry" && OFFERED_AFTER.has(verdict.reason ?? verdict.verdict) ? partyOf(verdict.hash) : null;
    clearTimeout(timer);
    draw();
  }

  function partyOf(hash) {
    const all = hash ? engine.party(hash).filter(({ state }) => state === "valid") : [];
    const hashes = all.filter((one) => one.hash !== hash && isOut(one)).map((one) => one.hash);
    return hashes.length ? { hash, hashes, of: all.length, told: null, isBusy: false } : null;
  }

  const isOut = (record) => stateOf(record, engine.tier(record.tier)) === "out";

  function draw() {
    for (const panel of panels) {
      panel.hidden = party === null;
      if (party) drawPanel(panel);
    }
  }

  function drawPanel(panel) {
    const { hashes, of, told, isBusy } = party;
    const n = hashes.length;
    const part = (name) => panel.querySelector(`[data-party-part=${name}]`);
    part("line").textContent = isBusy ? texts.say("party.working", { n }) : (told?.line ?? texts.say("party.line", { n, of }));
    fill(part("refused"), told?.refused.join(" "));
    part("all").textContent = texts.say(n === 1 ? "party.one" : "party.all", { n });
    part("all").hidden = part("choose").hidden = told !== null || isBusy;
    part("choose").hidden ||= n === 1;
    part("close").hidden = told === null;
  }

  /** Each guest is a scan of its own, one after the other: the room's limit counts for each. */
  async function admit(hashes) {
    const mine = party;
    Object.assign(mine, { hashes, isBusy: true });
    draw();
    const verdicts = [];
    for (const hash of hashes) verdicts.push(await judge(hash));
    mine.told = resultOf(hashes, verdicts);
    mine.isBusy = false;
    draw();
    onDone(verdicts);
    if (!mine.told.refused.length) timer = setTimeout(() => party === mine && close(), DONE_STAYS_MS);
  }

  async function judge(hash) {
    const scan = { id: crypto.randomUUID(), hash, kind: "entry", scannedAt: new Date().toISOString() };
    const answer = await engine.decide(scan).catch(() => ({ decision: "refuse", reason: "undecided", hash }));
    const verdict = { ...verdictOf(answer, scan), isOfParty: true };
    onVerdict(verdict);
    return verdict;
  }

  function resultOf(hashes, verdicts) {
    const refused = verdicts.flatMap((one, n) => (one.verdict === "admit" ? [] : [sayRefused(hashes[n], one)]));
    const n = verdicts.length - refused.length;
    const line = texts.say(refused.length ? "party.partly" : "party.done", { n, not: refused.length });
    return { line, refused };
  }

  function sayRefused(hash, { reason, detail }) {
    const record = engine.record(hash);
    const tier = texts.pick(engine.tier(record?.tier)?.name ?? record?.tier);
    const list = "";
    const why = texts.say(`${detail ?? reason}.why`, { list }) || texts.say("party.unsure");
    return texts.say("party.refused", { n: record?.n ?? "", tier, why });
  }

  function close() {
    party = null;
    draw();
  }

  function choose() {
    byId("party-list").replaceChildren(...engine.party(party.hash).map(row));
    byId("party-fault").hidden = true;
    count();
    dialog.showModal();
  }

  function row(record) {
    const item = document.createElement("li");
    const label = document.createElement("label");
    const box = document.createElement("input");
    const mayEnter = party.hashes.includes(record.hash);
    Object.assign(box, { type: "checkbox", value: record.hash, disabled: !mayEnter, checked: mayEnter });
    label.className = "row-key";
    label.append(box, ...describe(record, engine, texts));
    item.append(label);
    return item;
  }

  const chosen = () => [...dialog.querySelectorAll("input:checked")].map((box) => box.value);

  function count() {
    byId("party-send").textContent = texts.say("party.send", { n: chosen().length });
  }

  function send() {
    const hashes = chosen();
    byId("party-fault").hidden = hashes.length > 0;
    if (!hashes.length || !party) return;
    dialog.close();
    admit(hashes);
  }

  for (const panel of panels) {
    panel.querySelector("[data-party-part=all]").addEventListener("click", () => admit(party.hashes));
    panel.querySelector("[data-party-part=choose]").addEventListener("click", choose);
    panel.querySelector("[data-party-part=close]").addEventListener("click", close);
  }
  byId("party-list").addEventListener("change", count);
  byId("party-send").addEventListener("click", send);
  byId("party-close").addEventListener("click", () => dialog.close());
  return { offer, draw, close };
}
