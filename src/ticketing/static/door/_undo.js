/** Taking the last admission back, for ten seconds: one key on the verdict, the same one on the idle screen. */

const UNDO_MS = 10_000;
const TICK_MS = 250;
const LATE = new Set(["too_late", "undone", "not_admitted"]);

/** @param {{engine, texts, shown: () => object | null, say: (text: string) => void, onUndone: () => void}} parts */
export function createUndo({ engine, texts, shown, say, onUndone }) {
  const keys = [...document.querySelectorAll("[data-undo]")];
  let last = null;
  let timer = null;

  /** @param {string[]} ids of admissions just made, which one tap takes back @param {string} what in words */
  function offer(ids, what) {
    last = { ids, what, until: Date.now() + UNDO_MS };
    clearInterval(timer);
    timer = setInterval(draw, TICK_MS);
    draw();
  }

  function draw() {
    const left = last ? Math.ceil((last.until - Date.now()) / 1000) : 0;
    if (left <= 0) clear();
    for (const key of keys) {
      const isFresh = last !== null;
      if (key.dataset.undo === "verdict") key.hidden = !isFresh || !last.ids.includes(shown()?.id);
      key.disabled = !isFresh || last.isBusy;
      key.dataset.left = String(Math.max(0, left));
      key.querySelector("[data-undo-text]").textContent = isFresh ? texts.say("undo.key", { n: left }) : texts.say("key.undo");
      key.querySelectorAll("rect").forEach((slit, n) => {
        slit.setAttribute("y", n < left ? "0" : "6");
        slit.setAttribute("height", n < left ? "8" : "2");
      });
    }
  }

  function clear() {
    last = null;
    clearInterval(timer);
  }

  async function undo() {
    if (!last || last.isBusy) return;
    const mine = last;
    mine.isBusy = true;
    draw();
    const done = [];
    for (const id of [...mine.ids].reverse()) done.push(await engine.undo(id).catch(() => ({ ok: false })));
    if (last === mine) clear();
    draw();
    say(resultOf(mine, done));
    onUndone();
  }

  function resultOf({ ids, what }, done) {
    const failed = done.find(({ ok }) => !ok);
    if (failed?.reason === "no_permit") return texts.say("undo.no_permit");
    if (failed) return texts.say(LATE.has(failed.reason) ? "undo.late" : "undo.failed");
    return ids.length > 1 ? texts.say("undo.done_many", { n: ids.length }) : texts.say("undo.done", { what });
  }

  keys.forEach((key) => key.addEventListener("click", undo));
  draw();
  return { offer, draw };
}
