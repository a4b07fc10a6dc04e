/** The scanner page: puts the parts together. Each part knows only what it is handed here. */

import { createApi } from "./_api.js";
import { createCamera } from "./_camera.js";
import { createClock } from "./_clock.js";
import { createCounting } from "./_counting.js";
import { roomFull } from "./_decision.js";
import { createDecoder } from "./_decoder.js";
import { byId } from "./_draw.js";
import { createEngine } from "./_engine.js";
import { createHistory } from "./_history.js";
import { listenToKeys } from "./_keyboard.js";
import { createLink } from "./_link.js";
import { createPairing } from "./_pairing.js";
import { createScanner } from "./_scanner.js";
import { openSession } from "./_session.js";
import { createSettings } from "./_settings.js";
import { createShift } from "./_shift.js";
import { createSound } from "./_sound.js";
import { createStatus } from "./_status.js";
import { createTexts, readBlock } from "./_texts.js";
import { createTyping } from "./_typing.js";
import { createUpdates } from "./_updates.js";
import { createVerdict } from "./_verdict.js";
import { createWakeLock } from "./_wake.js";

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
const status = createStatus({ texts, clock, link, session });
const history = createHistory({ texts, clock });

const verdict = createVerdict({
  texts,
  clock,
  device: () => session.get("device"),
  onShow(shown) {
    status.update(shown);
    history.add(shown);
    sound.play(shown.look);
  },
});

const scanner = createScanner({
  decide: engine.decide,
  kind: () => session.get("mode"),
  show: verdict.show,
  clear() {
    const wasRevoked = verdict.shown()?.reason === "device_revoked";
    verdict.clear();
    if (wasRevoked) forget("pairing.revoked");
  },
});

engine.onChange((state) => {
  status.update(state);
  if (state.revoked && session.isPaired()) forget("pairing.revoked");
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

createTyping({ texts, onCode: (code) => present(code, "typed") });
createCounting({
  api,
  status,
  texts,
  onFull: (answer) => scanner.tell(roomFull(answer)),
  onRevoked: () => forget("pairing.revoked"),
});
createSettings({ session, texts, onLanguage: redraw, onEnd: endShift, onForget: () => forget(null) });
listenToKeys((text) => present(text, "keys"));
byId("start-shift").addEventListener("click", () => {
  sound.unlock();
  startShift();
});
// Who goes on to the next code has read the verdict.
byId("idle").addEventListener("focusin", scanner.dismiss);
byId("verdict-next").addEventListener("click", scanner.dismiss);
byId("verdict-body").addEventListener("click", scanner.dismiss);
byId("verdict-again").addEventListener("click", scanner.again);

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
  endShift();
  pairing.complain(why);
}

function redraw(language) {
  session.set({ lang: language });
  texts.use(language);
  status.draw();
  history.draw();
  shift.draw();
}

texts.use(texts.lang);
go(session.isPaired() ? "shift" : "pairing");
// What is owed from before goes up at once, not only when the shift is started.
if (session.isPaired()) engine.open();
createUpdates({ mayUpdate: () => engine.state().unsent === 0 }).start();
