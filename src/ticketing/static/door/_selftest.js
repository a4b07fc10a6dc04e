/**
 * The self-test before doors open: one line for each thing that must work tonight, by sign and word.
 * Its result goes to the server with the next exchange, so that the office sees which tablet needs a look.
 */

import { byId, setIcon } from "./_draw.js";
import { drawTestCode, TEST_CODE } from "./_testcode.js";

const CHECKS = ["camera", "code", "sound", "network", "clock", "storage", "list", "screen"];
const SIGNS = { ok: "tick", bad: "cross", skipped: "question", wait: "wait" };
const CLOCK_MAY_BE_OFF_MS = 5000;
const LIST_MAY_BE_OLD_MS = 60_000;
const READ_WITHIN_MS = 8000;

/** @param {{engine, texts, clock, camera, decoder, sound}} parts */
export function createSelftest({ engine, texts, clock, camera, decoder, sound }) {
  const dialog = byId("selftest");
  let results = {};
  let heard = null;
  let run = 0;

  function open() {
    document.querySelector("dialog[open]")?.close();
    results = {};
    byId("selftest-sum").textContent = "";
    byId("selftest-list").hidden = true;
    byId("selftest-start").textContent = texts.say("test.start");
    dialog.showModal();
  }

  async function start() {
    run += 1;
    const mine = run;
    results = Object.fromEntries(CHECKS.map((name) => [name, { state: "wait" }]));
    byId("selftest-start").disabled = true;
    byId("selftest-list").hidden = false;
    byId("selftest-sum").textContent = "";
    draw();
    await Promise.all([hear(mine), look(mine), reach(mine)]);
    if (mine !== run) return;
    finish();
  }

  /** Camera and decoder one after the other: on a slow tablet they would get in each other's way. */
  async function look(mine) {
    put(mine, "camera", (await camera.tryOut()) ? "ok" : "bad");
    const picture = drawTestCode(byId("selftest-code"));
    const text = await decoder.read(picture, READ_WITHIN_MS);
    put(mine, "code", text === TEST_CODE ? "ok" : "bad");
    put(mine, "screen", (await staysOn()) ? "ok" : "bad");
  }

  async function reach(mine) {
    await engine.open();
    const start = performance.now();
    const isThere = await engine.sync();
    const ms = Math.round(performance.now() - start);
    put(mine, "network", isThere ? "ok" : "bad", { ms });
    const { clockOffsetMs, storage, listAt, listCount } = engine.state();
    const s = (Math.abs(clockOffsetMs) / 1000).toFixed(1);
    const isRight = Math.abs(clockOffsetMs) <= CLOCK_MAY_BE_OFF_MS;
    put(mine, "clock", isThere ? (isRight ? "ok" : "bad") : "skipped", { s });
    put(mine, "storage", storage === "broken" ? "bad" : "ok", { key: storage === "volatile" ? "test.storage.volatile" : "" });
    const isFresh = listAt !== null && Date.now() + clockOffsetMs - listAt < LIST_MAY_BE_OLD_MS;
    put(mine, "list", isFresh && listCount > 0 ? "ok" : "bad", { n: listCount, time: listAt ? clock.minute(listAt) : "–" });
  }

  /** Whether a sound was heard only a person can say. */
  async function hear(mine) {
    await sound.unlock().catch(() => {});
    sound.play("go");
    const ask = byId("selftest-sound");
    ask.hidden = false;
    const answer = await new Promise((resolve) => {
      heard = resolve;
    });
    ask.hidden = true;
    put(mine, "sound", answer);
  }

  function put(mine, name, state, values = {}) {
    if (mine !== run) return;
    results[name] = { state, values };
    draw();
  }

  function draw() {
    for (const name of CHECKS) {
      const row = byId("selftest-list").querySelector(`[data-check=${name}]`);
      const { state = "wait", values = {} } = results[name] ?? {};
      row.dataset.state = state;
      setIcon(row.querySelector("svg"), SIGNS[state]);
      row.querySelector("[data-part=word]").textContent = texts.say(`test.${state}`);
      row.querySelector("[data-part=fact]").textContent = texts.say(values.key || `test.${name}.${state}`, values);
    }
  }

  function finish() {
    const bad = CHECKS.filter((name) => results[name].state !== "ok").length;
    byId("selftest-start").disabled = false;
    byId("selftest-start").textContent = texts.say("test.again");
    const sum = bad ? texts.say("test.some_bad", { n: bad }) : texts.say("test.all_ok");
    byId("selftest-sum").textContent = sum;
    const { clockOffsetMs, listAt, listCount } = engine.state();
    const checks = Object.fromEntries(CHECKS.map((name) => [name, results[name].state]));
    const details = { clock_ms: Math.round(clockOffsetMs), list_at: listAt?.toISOString() ?? null, list_count: listCount };
    engine.report({ test: { at: new Date(Date.now() + clockOffsetMs).toISOString(), ok: bad === 0, checks, details } });
    send(run, sum);
  }

  async function send(mine, sum) {
    const isSent = await engine.sync();
    if (isSent && mine === run && dialog.open) byId("selftest-sum").textContent = `${sum} ${texts.say("test.sent")}`;
  }

  function close() {
    run += 1;
    heard?.("skipped");
    byId("selftest-start").disabled = false;
  }

  dialog.querySelectorAll("[data-heard]").forEach((key) => key.addEventListener("click", () => heard?.(key.dataset.heard)));
  byId("selftest-start").addEventListener("click", start);
  byId("selftest-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", close);
  document.querySelectorAll("[data-open-selftest]").forEach((key) => key.addEventListener("click", open));
}

async function staysOn() {
  try {
    const lock = await navigator.wakeLock.request("screen");
    await lock.release();
    return true;
  } catch {
    return false;
  }
}
