/** The row that is always in sight: how many are inside, the link, this tablet; on the idle screen and on verdicts. */

import { byId } from "./_draw.js";

const SLITS = 30;
const SVG = "http://www.w3.org/2000/svg";

/** @param {{texts, clock, link, session}} parts */
export function createStatus({ texts, clock, link, session }) {
  let count = { inside: null, capacity: session.get("room")?.capacity ?? null };

  /** Takes the counts of any answer that carries them. */
  function update({ inside, capacity }) {
    if (Number.isInteger(inside)) count = { inside, capacity: capacity ?? count.capacity };
    draw();
  }

  function draw() {
    const { online, since } = link.state();
    const room = session.get("room");
    const capacity = count.capacity ?? room?.capacity ?? null;
    put("inside", `${count.inside ?? "–"} / ${capacity ?? "–"}`);
    put("link", online ? texts.say("link.online") : texts.say("link.offline", { since: clock.minute(since) }));
    put("tablet", texts.say("status.tablet", { name: session.get("device")?.name ?? "" }));
    const gate = session.get("gate");
    put("gate", typeof gate === "string" ? texts.say("gate.code", { code: gate }) : texts.pick(gate));
    put("room", texts.pick(room?.name));
    const event = session.get("event");
    put("program", texts.pick(event?.title ?? event));
    put("rehearsal", event?.rehearsal ? texts.say("status.rehearsal") : "");
    document.querySelectorAll("[data-status=meter]").forEach((meter) => drawMeter(meter, count.inside, capacity));
    byId("offline-banner").hidden = online;
    byId("offline-text").textContent = texts.say("offline.banner", { since: clock.minute(since) });
  }

  link.onChange(draw);
  return { update, draw, forget: () => (count = { inside: null, capacity: null }) };
}

function put(name, text) {
  document.querySelectorAll(`[data-status=${name}]`).forEach((element) => {
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
