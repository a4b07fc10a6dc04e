/** The row that is always in sight: people and limit, the link, what is unsent, this tablet; on every screen. */

import { byId } from "./_draw.js";

const SLITS = 30;
const SVG = "http://www.w3.org/2000/svg";
/** A list this fresh is told by its time, which stands still; an older one by its age. */
const FRESH_MS = 60_000;
/** From here on staff are warned that the room fills up. */
const NEARLY_FULL = 0.9;

/** @param {{texts, clock, engine, session}} parts */
export function createStatus({ texts, clock, engine, session }) {
  let told = null;
  let battery = null;

  /** Takes the counts of an answer; the engine's own news replace them. */
  function update({ inside, capacity }) {
    if (Number.isInteger(inside)) told = { inside, capacity };
    draw();
  }

  function draw() {
    const state = engine.state();
    const count = countOf(state);
    drawCount(state, count);
    drawFacts(state);
    drawPlace(state);
    drawBanner(state);
  }

  function countOf(state) {
    const capacity = told?.capacity ?? state.capacity ?? session.get("room")?.capacity ?? null;
    return { inside: told?.inside ?? state.inside, capacity };
  }

  /** Alone, a tablet counts down what it may still let in: how many are inside only the server knows. */
  function drawCount({ online, permits }, { inside, capacity }) {
    put("count-label", texts.say(online ? "status.inside" : "status.permits"));
    put("inside", online ? `${inside ?? "–"} / ${capacity ?? "–"}` : String(permits));
    each("meter", (meter) => {
      meter.toggleAttribute("hidden", !online);
      drawMeter(meter, inside, capacity);
    });
    const level = online ? levelOf(inside, capacity) : permits > 0 ? null : "none";
    each("warning", (chip) => {
      chip.hidden = level === null;
      chip.dataset.level = level ?? "";
      chip.textContent = level ? texts.say(`warn.${level}`, { n: Math.abs(capacity - inside) }) : "";
    });
  }

  function drawFacts({ online, since, unsent, listAt, storage, clockOffsetMs }) {
    put("link", online ? texts.say("link.online") : texts.say("link.offline", { since: clock.minute(since) }));
    put("unsent", texts.say("status.unsent", { n: unsent }));
    put("list", listAt ? listText(listAt, new Date(Date.now() + clockOffsetMs)) : texts.say("status.no_list"));
    put("battery", battery === null ? "" : texts.say("status.battery", { n: battery }));
    put("storage", storage === "broken" ? texts.say("status.storage") : "");
    put("tablet", texts.say("status.tablet", { name: session.get("device")?.name ?? "" }));
  }

  function listText(listAt, now) {
    if (now - listAt < FRESH_MS) return texts.say("status.list", { time: clock.minute(listAt) });
    return texts.say("status.list_old", { ago: clock.ago(listAt, now) });
  }

  function drawPlace({ gate, room, event }) {
    const name = gate?.name ?? session.get("gate");
    put("gate", typeof name === "string" ? texts.say("gate.code", { code: name }) : texts.pick(name));
    put("room", texts.pick(room?.name));
    put("program", texts.pick(event?.title ?? event));
    put("rehearsal", event?.rehearsal ? texts.say("status.rehearsal") : "");
  }

  function drawBanner(state) {
    const key = bannerOf(state);
    byId("offline-banner").hidden = key === null;
    if (key === null) return;
    const text = texts.say(key, { since: clock.minute(state.since), n: state.permits });
    if (byId("offline-text").textContent !== text) byId("offline-text").textContent = text;
  }

  engine.onChange(() => {
    told = null;
    draw();
  });
  return {
    update,
    draw,
    setBattery(percent) {
      battery = percent;
      draw();
    },
    forget: () => (told = null),
  };
}

/** Nothing is promised that this tablet cannot do alone. */
function bannerOf({ elsewhere, online, storage, listAt, permits }) {
  if (elsewhere) return "elsewhere.banner";
  if (online) return null;
  if (storage === "broken") return "offline.broken";
  if (!listAt) return "offline.no_list";
  return permits > 0 ? "offline.banner" : "offline.none";
}

function levelOf(inside, capacity) {
  if (inside === null || !capacity || inside < capacity * NEARLY_FULL) return null;
  if (inside > capacity) return "over";
  return inside === capacity ? "full" : "near";
}

function each(name, act) {
  document.querySelectorAll(`[data-status=${name}]`).forEach(act);
}

function put(name, text) {
  each(name, (element) => {
    element.textContent = text;
  });
}

/** One slit for a thirtieth of the room: tall when taken, a low stub when free. */
function drawMeter(meter, inside, capacity) {
  if (!meter.childElementCount) {
    for (let n = 0; n < SLITS; n += 1) meter.append(slit(n));
  }
  const taken = capacity ? Math.ceil(((inside ?? 0) / capacity) * SLITS) : 0;
  [...meter.children].forEach((rect, n) => {
    rect.setAttribute("y", n < taken ? "0" : "8");
    rect.setAttribute("height", n < taken ? "12" : "4");
  });
}

function slit(n) {
  const rect = document.createElementNS(SVG, "rect");
  rect.setAttribute("x", String(n * 3));
  rect.setAttribute("width", "2");
  return rect;
}
