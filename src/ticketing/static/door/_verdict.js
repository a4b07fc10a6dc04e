/** Draws a verdict over the whole page: colour, frame, sign, word, and what to do; says it to screen readers too. */

import { mayOverride } from "./_decision.js";
import { byId, fill, setIcon, tierName, tierSign } from "./_draw.js";

const SIGNS = { go: "tick", back: "back", out: "out", already: "people", no: "cross", full: "stop", ask: "question", wait: "wait" };
const SHORT_WORD = 5;
/** Refusals that end when doors open. */
const UNTIL_DOORS_OPEN = new Set(["too_early", "wrong_program"]);
const SPOKEN = ["word", "offline", "allowed", "tier", "count", "fact", "advice"].map((part) => `verdict-${part}`);

/**
 * @param {{texts, clock, device: () => {id: string, name: string} | null, opens: (ticket: object) => Date | null,
 *   onShow: (verdict: object) => void}} parts
 */
export function createVerdict({ texts, clock, device, opens, onShow }) {
  const root = byId("verdict");
  const word = byId("verdict-word");
  let shown = null;

  function show(verdict) {
    shown = verdict;
    root.dataset.look = verdict.look;
    root.dataset.kind = verdict.kind;
    root.dataset.reason = verdict.reason ?? "";
    root.dataset.verdict = verdict.verdict;
    root.hidden = false;
    drawHead(verdict);
    drawTicket(verdict);
    drawMarks(verdict);
    drawFacts(verdict);
    drawKeys(verdict);
    say(verdict);
    onShow(verdict);
  }

  function drawHead(verdict) {
    setIcon(byId("verdict-sign"), SIGNS[verdict.look]);
    word.textContent = texts.say(`word.${verdict.word}`);
    word.lang = texts.lang;
    word.style.setProperty("--letters", word.textContent.length);
    word.dataset.short = String(texts.lang === "en" && word.textContent.length <= SHORT_WORD);
    const other = byId("verdict-other");
    other.lang = texts.other;
    other.textContent = texts.say(`word.${verdict.word}`, {}, texts.other);
  }

  function drawTicket({ ticket }) {
    const line = byId("verdict-tier");
    line.hidden = !ticket;
    if (ticket) {
      const sign = tierSign(ticket.sign);
      line.querySelector("svg").toggleAttribute("hidden", sign === null);
      if (sign) setIcon(line.querySelector("svg"), sign);
      line.querySelector("span").textContent = tierName(ticket, texts);
    }
    fill(byId("verdict-name"), ticket?.attendee);
  }

  /** That the tablet decided alone, or that a person did, stands on the verdict itself. */
  function drawMarks({ isOffline, allowedBy }) {
    byId("verdict-offline").hidden = !isOffline;
    fill(byId("verdict-allowed"), allowedBy ? texts.say("mark.override", { name: allowedBy }) : "");
  }

  function drawFacts(verdict) {
    const hasCount = verdict.reason === "room_full" && verdict.capacity !== undefined;
    fill(byId("verdict-count"), hasCount ? `${verdict.inside} / ${verdict.capacity}` : "");
    fill(byId("verdict-fact"), fact(verdict));
    fill(byId("verdict-advice"), advice(verdict));
  }

  function drawKeys(verdict) {
    byId("verdict-keys").hidden = verdict.verdict === "checking";
    byId("verdict-again").hidden = !verdict.again;
    byId("verdict-override").hidden = !mayOverride(verdict);
    if (verdict.verdict === "checking") return;
    byId("verdict-next").focus({ preventScroll: true });
  }

  function fact(verdict) {
    if (verdict.offered) return texts.say("already_inside.here", { ago: clock.ago(new Date(verdict.offered)) });
    const entry = entryText(verdict.entry);
    if (verdict.look === "back") return entry ? texts.say("back.fact", entry) : "";
    if (verdict.reason === null) return "";
    if (verdict.word === "moment") return texts.say("room_full.moment");
    if (verdict.reserved) return texts.say("room_full.reserved", { n: verdict.reserved });
    const at = verdict.ticket && UNTIL_DOORS_OPEN.has(verdict.reason) ? opens(verdict.ticket) : null;
    if (at) return texts.say(`${verdict.reason}.when`, { time: clock.start(at) });
    const withEntry = `${verdict.reason}.entry`;
    if (entry && texts.has(withEntry)) return texts.say(withEntry, entry);
    return texts.say(`${topicOf(verdict)}.why`, { list: listText(verdict) }) || verdict.reason;
  }

  /** Nobody is kept from leaving: in exit mode every refusal ends in letting the guest out. */
  function advice({ kind, reason, detail, trying, reserved, word: shownWord }) {
    if (reason === null || shownWord === "moment") return "";
    if (reason === "device_revoked") return texts.say("device_revoked.do");
    if (kind === "exit" && reason === "undecided") return texts.say(`undecided.exit.${trying ? "trying" : "do"}`);
    if (kind === "exit" || reason === "not_inside") return texts.say("exit.do");
    if (reserved) return texts.say("room_full.reserved.do");
    if (detail) return texts.say(`${detail}.do`);
    if (reason === "undecided") return texts.say(`undecided.entry.${trying ? "trying" : "do"}`);
    return texts.say(`${reason}.do`);
  }

  /** An open question has its detail: why this tablet could not say. */
  const topicOf = ({ reason, detail }) => (detail && texts.has(`${detail}.why`) ? detail : reason);

  const listText = ({ listAt }) => (listAt ? clock.minute(new Date(listAt)) : "–");

  function entryText(entry) {
    if (!entry?.at) return null;
    const at = new Date(entry.at);
    return { time: clock.moment(at), gate: gateName(entry.gate), ago: clock.ago(at), tablet: tabletText(entry.device) };
  }

  /** A gate comes by its code, or by its names where the server sends them. */
  function gateName(gate) {
    return typeof gate === "string" ? texts.say("gate.code", { code: gate }) : texts.pick(gate);
  }

  function tabletText(other) {
    if (!other) return "";
    const mine = device();
    const isMine = [other, other.id, other.name].some((name) => name && (name === mine?.id || name === mine?.name));
    return texts.say(isMine ? "tablet.this" : "tablet.other");
  }

  function say(verdict) {
    if (verdict.verdict === "checking" && verdict.word !== "moment") return;
    const parts = SPOKEN.map(byId);
    const spoken = parts.filter((part) => !part.hidden).map((part) => part.textContent.trim());
    byId("verdict-said").textContent = spoken.join(" ");
  }

  function clear() {
    shown = null;
    root.hidden = true;
    delete root.dataset.verdict;
    delete root.dataset.reason;
    delete root.dataset.look;
    byId("verdict-said").textContent = "";
  }

  return { show, clear, shown: () => shown };
}
