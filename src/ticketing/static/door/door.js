/** The scanner page: puts the parts together. Each part knows only what it is handed here. */

import { createApi } from "./_api.js";
import { watchBattery } from "./_battery.js";
import { createCamera } from "./_camera.js";
import { createClock } from "./_clock.js";
import { createCounting } from "./_counting.js";
import { oneMoment, roomFull } from "./_decision.js";
import { createDecoder } from "./_decoder.js";
import { byId, tierName } from "./_draw.js";
import { createEmptying } from "./_emptying.js";
import { createEngine } from "./_engine.js";
import { createHistory } from "./_history.js";
import { listenToKeys } from "./_keyboard.js";
import { createLink } from "./_link.js";
import { createOverride } from "./_override.js";
import { createPairing } from "./_pairing.js";
import { createParty } from "./_party.js";
import { createPin } from "./_pin.js";
import { opensNext } from "./_programs.js";
import { createSaid } from "./_said.js";
import { createScanner } from "./_scanner.js";
import { createSearch } from "./_search.js";
import { createSelftest } from "./_selftest.js";
import { openSession } from "./_session.js";
import { createSettings } from "./_settings.js";
import { createShift } from "./_shift.js";
import { createSound } from "./_sound.js";
import { createStatus } from "./_status.js";
import { createTexts, readBlock } from "./_texts.js";
import { createTyping } from "./_typing.js";
import { createUndo } from "./_undo.js";
import { createUpdates } from "./_updates.js";
import { createVerdict } from "./_verdict.js";
import { createWakeLock } from "./_wake.js";

/** A tap that was meant for a verdict which has just gone by itself does nothing. */
const MISTAP_MS = 350;

const config = readBlock("door-config");
const session = openSession(localStorage);
const texts = createTexts(readBlock("door-texts"), session.get("lang") ?? document.documentElement.lang);
const clock = createClock(config.timezone, texts);
const link = createLink();
const api = createApi({ base: config.api, token: () => session.get("token"), link });
const engine = createEngine({
  api,
  link,
  session,
  idb: globalThis.indexedDB,
  locks: navigator.locks,
  storage: navigator.storage,
  isVisible: () => document.visibilityState === "visible",
});
const sound = createSound();
const say = createSaid();
const status = createStatus({ texts, clock, engine, session });
const history = createHistory({ texts, clock });
let goneAt = -Infinity;

const verdict = createVerdict({ texts, clock, device: () => session.get("device"), opens, onShow });
const undo = createUndo({ engine, texts, shown: verdict.shown, say, onUndone: dismiss });
const party = createParty({ engine, texts, onVerdict: history.add, onDone: onPartyIn });

const scanner = createScanner({
  decide: engine.decide,
  kind: () => session.get("mode"),
  show: verdict.show,
  clear() {
    goneAt = performance.now();
    const wasRevoked = verdict.shown()?.reason === "device_revoked";
    verdict.clear();
    if (wasRevoked) forget("pairing.revoked");
  },
});

function onShow(shown) {
  status.update(shown);
  history.add(shown);
  sound.play(shown.look);
  party.offer(shown);
  if (shown.verdict === "admit" && shown.id) undo.offer([shown.id], nameOf(shown));
  else undo.draw();
}

/** When doors open next for a ticket that is too early here. */
function opens({ tier }) {
  const { programs, clockOffsetMs } = engine.state();
  return opensNext(engine.tier(tier), programs, Date.now() + clockOffsetMs);
}

const nameOf = ({ word, ticket }) => [texts.say(`word.${word}`), ticket ? tierName(ticket, texts) : ""].filter(Boolean).join(" ");

function onPartyIn(verdicts) {
  const ids = verdicts.filter((one) => one.verdict === "admit").map((one) => one.id);
  sound.play(ids.length === verdicts.length ? "go" : "no");
  if (ids.length) undo.offer(ids, texts.say("word.go"));
}

engine.onChange((state) => {
  if (state.waiting && verdict.shown()?.look === "wait") verdict.show(oneMoment(session.get("mode")));
  if (state.revoked && session.isPaired()) forget(state.revoked === "lost" ? "pairing.lost" : "pairing.revoked");
  search.draw();
});
document.addEventListener("visibilitychange", engine.wake);
window.addEventListener("online", engine.wake);
const decoder = createDecoder({
  workerUrl: config.worker,
  wasmUrl: config.wasm,
  onText: (text) => present(text, "camera"),
  onHealth: (works) => shift.decoderState(works),
});
const camera = createCamera({
  video: byId("camera"),
  wants: () => decoder.isFree() && !openDialog(),
  onFrame: decoder.offer,
  onState: (state) => shift.cameraState(state),
});
const shift = createShift({ session, texts, camera, wake: createWakeLock(), engine });
const pairing = createPairing({ api, session, texts, onTap: sound.unlock, onPaired: startShift });

const pin = createPin({ engine, texts, session });
const override = createOverride({ engine, texts, pin, tell: scanner.tell });
const emptying = createEmptying({ api, engine, texts, pin, say, onRevoked: () => forget("pairing.revoked") });
const search = createSearch({ engine, texts, clock, onChosen: scanner.presentHash, onCode: (code) => present(code, "keys") });
const updates = createUpdates({ mayUpdate: () => engine.state().unsent === 0 });

createTyping({ texts, onCode: (code) => present(code, "typed") });
createCounting({
  api,
  engine,
  status,
  texts,
  onFull: (answer) => scanner.tell(roomFull(answer)),
  onRevoked: () => forget("pairing.revoked"),
});
createSettings({
  session,
  texts,
  onLanguage: redraw,
  onEnd: endShift,
  onForget: () => forget(null),
  unsent: () => engine.state().unsent,
  onEmpty: emptying.begin,
  updates,
});
createSelftest({ engine, texts, clock, camera, decoder, sound });
listenToKeys((text) => present(text, "keys"));
byId("start-shift").addEventListener("click", () => {
  sound.unlock();
  startShift();
});
byId("key-mode").addEventListener("click", party.close);
// Who goes on to the next code has read the verdict.
byId("idle").addEventListener("focusin", scanner.dismiss);
byId("idle").addEventListener("click", swallowMistap, { capture: true });
byId("verdict-next").addEventListener("click", dismiss);
byId("verdict-body").addEventListener("click", dismiss);
byId("verdict-again").addEventListener("click", scanner.again);
byId("verdict-override").addEventListener("click", () => override.open(verdict.shown()));

function dismiss() {
  scanner.dismiss();
  goneAt = -Infinity;
}

/** The key under the finger is another one by now; undo lies at the same place on both screens. Keyboards never slip. */
function swallowMistap(event) {
  const isFinger = event.detail > 0 && !event.target.closest("[data-undo], [data-party]");
  if (!isFinger || performance.now() - goneAt > MISTAP_MS) return;
  event.stopPropagation();
  event.preventDefault();
}

const openDialog = () => document.querySelector("dialog[open]");

/** The camera is left out while a dialog is open; a typing scanner closes it: someone meant that scan. */
function present(text, source) {
  if (document.body.dataset.screen !== "idle") return;
  if (openDialog()) {
    if (source === "camera") return;
    openDialog().close();
  }
  scanner.present(text, source);
}

function go(screen) {
  document.body.dataset.screen = screen;
  for (const part of document.querySelectorAll("[data-on-screen]")) part.hidden = part.dataset.onScreen !== screen;
  status.draw();
  shift.draw();
}

/** Needs a tap just before: it unlocks the sound. */
function startShift() {
  go("idle");
  shift.start();
}

function endShift() {
  shift.stop();
  go(session.isPaired() ? "shift" : "pairing");
}

/** Drops the pairing; `why` names the text that tells staff what happened. */
function forget(why) {
  openDialog()?.close();
  session.unpair();
  engine.forget();
  status.forget();
  party.close();
  endShift();
  pairing.complain(why);
}

function redraw(language) {
  session.set({ lang: language });
  texts.use(language);
  status.draw();
  history.draw();
  shift.draw();
  search.draw();
  undo.draw();
  party.draw();
}

texts.use(texts.lang);
search.draw();
go(session.isPaired() ? "shift" : "pairing");
// What is owed from before goes up at once, not only when the shift is started.
if (session.isPaired()) engine.open();
updates.start();
watchBattery((percent) => {
  status.setBattery(percent);
  engine.report({ battery: percent });
});
