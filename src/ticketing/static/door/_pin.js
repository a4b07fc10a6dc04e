/** Who the supervisor is: a name, and a PIN on a large pad. After three wrong ones the wait grows. */

import { byId } from "./_draw.js";

const SHORTEST = 6;
const LONGEST = 12;
const FREE_TRIES = 3;
const FIRST_WAIT_MS = 5000;
const LONGEST_WAIT_MS = 5 * 60 * 1000;

/** @param {{engine, texts, session}} parts */
export function createPin({ engine, texts, session }) {
  const dialog = byId("pin");
  const field = byId("pin-field");
  const said = byId("pin-said");
  let chosen = null;
  let answer = null;
  let isChecking = false;
  let countdown = null;

  /** Resolves to the supervisor's name, or to null when nobody proved to be one. */
  function ask() {
    const names = engine.supervisors().map(({ name }) => name);
    chosen = null;
    field.value = "";
    tell("");
    drawNames(names);
    choose(names.length === 1 ? names[0] : null);
    if (!names.length) tell(texts.say("pin.nobody"));
    byId("pin-who").hidden = names.length < 2;
    dialog.showModal();
    if (names.length === 1) field.focus();
    return new Promise((resolve) => {
      answer = resolve;
    });
  }

  function drawNames(names) {
    byId("pin-names").replaceChildren(...names.map(nameKey));
  }

  function nameKey(name) {
    const key = document.createElement("button");
    key.type = "button";
    key.className = "key";
    key.textContent = name;
    key.setAttribute("aria-pressed", "false");
    key.addEventListener("click", () => {
      choose(name);
      field.focus();
    });
    return key;
  }

  function choose(name) {
    chosen = name;
    byId("pin-pad").hidden = name === null;
    byId("pin-label").textContent = texts.say("pin.label", { name: name ?? "" });
    for (const key of byId("pin-names").children) key.setAttribute("aria-pressed", String(key.textContent === name));
    if (name) wait();
  }

  function press(digit) {
    if (field.value.length < LONGEST) field.value += digit;
    count();
  }

  /** Screen readers hear how many figures there are, not which. */
  function count() {
    field.value = field.value.normalize("NFKC").replace(/[^0-9]/g, "").slice(0, LONGEST);
    byId("pin-count").textContent = field.value ? texts.say("pin.digits", { n: field.value.length }) : "";
  }

  async function check() {
    if (isChecking || waitLeft() > 0) return;
    if (field.value.length < SHORTEST) {
      tell(texts.say("pin.short"), true);
      return;
    }
    isChecking = true;
    tell(texts.say("pin.checking"));
    const isRight = await engine.checkPin(chosen, field.value).catch(() => false);
    isChecking = false;
    field.value = "";
    count();
    if (isRight) pass();
    else fail();
  }

  function pass() {
    session.set({ pin: null });
    close(chosen);
  }

  function fail() {
    const tries = (session.get("pin")?.tries ?? 0) + 1;
    const over = tries - FREE_TRIES;
    const pause = over < 0 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** over, LONGEST_WAIT_MS);
    session.set({ pin: { tries, until: Date.now() + pause } });
    tell(texts.say("pin.wrong"), true);
    field.focus();
    wait();
  }

  /** A wait outlives a reload; a clock that was set back does not make it longer than it was. */
  function waitLeft() {
    return Math.min(Math.max(0, (session.get("pin")?.until ?? 0) - Date.now()), LONGEST_WAIT_MS);
  }

  function wait() {
    clearInterval(countdown);
    if (waitLeft() === 0) return;
    const draw = () => {
      const left = Math.ceil(waitLeft() / 1000);
      setLocked(left > 0);
      if (left > 0) tell(texts.say("pin.wait", { n: left }), true);
      else {
        clearInterval(countdown);
        tell("");
        field.focus();
      }
    };
    draw();
    countdown = setInterval(draw, 1000);
  }

  function setLocked(isLocked) {
    for (const key of dialog.querySelectorAll("#pin-pad .key")) key.disabled = isLocked;
    field.disabled = isLocked;
  }

  function tell(text, isFault = false) {
    said.textContent = text;
    said.classList.toggle("fault", isFault && text !== "");
    field.setAttribute("aria-invalid", String(isFault && text !== ""));
  }

  function close(name) {
    const resolve = answer;
    answer = null;
    clearInterval(countdown);
    setLocked(false);
    if (dialog.open) dialog.close();
    resolve?.(name);
  }

  dialog.querySelectorAll("[data-digit]").forEach((key) => key.addEventListener("click", () => press(key.dataset.digit)));
  byId("pin-delete").addEventListener("click", () => {
    field.value = field.value.slice(0, -1);
    count();
  });
  byId("pin-ok").addEventListener("click", check);
  field.addEventListener("input", count);
  field.addEventListener("keydown", (event) => event.key === "Enter" && check());
  byId("pin-back").addEventListener("click", () => close(null));
  dialog.addEventListener("close", () => answer && close(null));
  return { ask };
}
