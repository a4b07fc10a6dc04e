// The order page keeps itself up to date: it asks for the state while the order waits, and when that has changed it
// takes the new page's `#order` and, after a payment, lets the two strips slide into register once.

import { keep } from "./_keep.js";

const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 30000;
const GROWTH = 1.25;
const MINUTE_MS = 60000;
const WAITING = new Set(["pending", "awaiting_payment"]);

const main = document.querySelector("main");
let pause = FIRST_PAUSE_MS;

function pausing(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function readState() {
  const answer = await fetch(main.dataset.status, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return (await answer.json()).state;
}

async function takeNewPage() {
  const answer = await fetch(location.href, { cache: "no-store" });
  if (!answer.ok) throw new Error(`page ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("#order");
  if (!fresh) throw new Error("the page has no order");
  document.querySelector("#order").replaceWith(document.importNode(fresh, true));
  main.dataset.state = page.querySelector("main").dataset.state;
  document.title = page.title;
  document.querySelector("#order h1").focus({ preventScroll: true });
}

// Once per order and browser, also when Stripe's page led straight back to a paid order.
function playPaid() {
  if (main.dataset.state !== "paid") return;
  const mark = `paid-${main.dataset.order}`;
  try {
    if (localStorage.getItem(mark)) return;
    localStorage.setItem(mark, "1");
  } catch {
    return; // no storage: better no motion than one on every visit
  }
  main.classList.add("just-paid");
}

async function follow() {
  while (WAITING.has(main.dataset.state)) {
    await pausing(pause);
    if (document.hidden) continue;
    try {
      if ((await readState()) !== main.dataset.state) await takeNewPage();
      else pause = Math.min(pause * GROWTH, LONGEST_PAUSE_MS);
    } catch {
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS); // offline or restarting: keep asking, slower
    }
  }
  playPaid();
  keep();
}

// One slit per minute: the one whose minute is over becomes a low stub. The words beside it follow.
function countMinutes() {
  const slits = [...document.querySelectorAll(".hold .taken")];
  const words = document.querySelector("[data-minutes]");
  if (!slits.length || !words) return;
  const last = slits[slits.length - 1];
  last.setAttribute("class", "free");
  last.setAttribute("y", "8");
  last.setAttribute("height", "4");
  words.textContent = words.dataset.minutes.replace("0", String(slits.length - 1));
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) pause = FIRST_PAUSE_MS;
});
setInterval(countMinutes, MINUTE_MS);
follow();
