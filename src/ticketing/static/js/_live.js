// Keeps the office's figures up to date: asks for them every few seconds and writes what has changed into the page.

const PAUSE_MS = 3000;
const LONGEST_PAUSE_MS = 30000;

const main = document.querySelector("main");
const stale = document.querySelector("#stale");
const fresh = document.querySelector("#fresh");
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: main.dataset.zone });
const shown = new Map();
let wake = () => {};
let tag = "";
let pause = PAUSE_MS;

function copy(id) {
  return document.getElementById(id).content.cloneNode(true);
}

function writeFigures(figures) {
  for (const element of document.querySelectorAll("[data-figure]")) {
    const text = figures[element.dataset.figure];
    if (text !== undefined && element.textContent !== text) element.textContent = text;
  }
}

function writePaths(paths) {
  for (const element of document.querySelectorAll("[data-path]")) {
    const data = paths[element.dataset.path];
    if (data !== undefined) element.setAttribute("d", data);
  }
}

/** Parts that come whole, made by the same templates as the page; what had the focus in them has it again. */
function writeParts(parts) {
  for (const element of document.querySelectorAll("[data-part]")) {
    const html = parts[element.dataset.part];
    if (html === undefined || shown.get(element) === html) continue;
    const focused = element.contains(document.activeElement) ? document.activeElement.id : "";
    shown.set(element, html);
    element.innerHTML = html;
    if (focused) document.getElementById(focused)?.focus();
  }
}

function scanRow(scan) {
  const row = copy("scan-row");
  for (const name of ["time", "gate", "device", "tier", "reason"]) {
    row.querySelector(`[data-cell="${name}"]`).textContent = scan[name];
  }
  if (scan.sign >= 0) row.querySelector(".with-sign").prepend(copy(`sign-${scan.sign}`));
  row.querySelector('[data-cell="result"]').prepend(copy(`${scan.way}-${scan.admitted}`));
  return row;
}

function writeScans(scans) {
  document.querySelector("#scan-rows").replaceChildren(...scans.map(scanRow));
  document.querySelector("#no-scans").hidden = scans.length > 0;
}

async function refresh(drawMore) {
  const headers = tag ? { "If-None-Match": tag } : {};
  const answer = await fetch(main.dataset.figures, { headers, cache: "no-store", redirect: "error" });
  if (answer.status === 304) return;
  if (!answer.ok) throw new Error(`figures ${answer.status}`);
  const page = await answer.json();
  tag = answer.headers.get("ETag") ?? "";
  writeFigures(page.figures);
  writePaths(page.paths);
  if (page.parts) writeParts(page.parts);
  if (page.scans) writeScans(page.scans);
  drawMore(page);
}

/** Ask again and again while the page is seen; `drawMore` gets each answer that is new. */
export async function keepFresh(drawMore = () => {}) {
  for (;;) {
    if (!document.hidden) {
      try {
        await refresh(drawMore);
        pause = PAUSE_MS;
        stale.hidden = true;
        fresh.textContent = clock.format(new Date());
      } catch {
        stale.hidden = false;
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
    await new Promise((resolve) => {
      wake = resolve;
      setTimeout(resolve, pause);
    });
  }
}

// Who comes back to the page sees it as it is now.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) wake();
});
