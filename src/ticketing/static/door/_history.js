/** The last three scans, newest first, so that staff can look back after a green screen has gone. */

import { byId, icon, tierName } from "./_draw.js";

const KEPT = 3;
const ICONS = { go: "tick", back: "tick", out: "out", already: "people", no: "cross", full: "stop", ask: "question" };

/** @param {{texts, clock}} parts */
export function createHistory({ texts, clock }) {
  const list = byId("history");
  let rows = [];

  function add(verdict, at = new Date()) {
    if (verdict.verdict === "checking") return;
    rows = [{ verdict, at }, ...rows].slice(0, KEPT);
    draw();
  }

  function draw() {
    list.replaceChildren(...rows.map(row));
  }

  function row({ verdict, at }) {
    const item = document.createElement("li");
    const time = cell("history-time", clock.second(at));
    const tier = cell("history-tier", verdict.ticket ? tierName(verdict.ticket, texts) : "");
    item.append(time, icon(ICONS[verdict.look]), tier, cell("history-word", texts.say(`word.${verdict.word}`)));
    return item;
  }

  return { add, draw };
}

function cell(name, text) {
  const span = document.createElement("span");
  span.className = name;
  span.textContent = text;
  return span;
}
