/** One shift: camera and screen lock, the mode (way in or way out), lamp and camera keys. */

import { byId, setIcon } from "./_draw.js";

/** @param {{session, texts, camera, wake, engine}} parts */
export function createShift({ session, texts, camera, wake, engine }) {
  let state = "asking";
  let canRead = true;

  async function start() {
    wake.start();
    engine.start();
    await camera.start(session.get("cameraId"));
    drawKeys();
  }

  function stop() {
    camera.stop();
    wake.stop();
    engine.stop();
  }

  function decoderState(works) {
    canRead = works;
    drawCamera();
  }

  /** Anything but `live` is said in the frame. */
  function cameraState(next) {
    state = next;
    drawCamera();
    drawKeys();
  }

  function drawCamera() {
    byId("camera-frame").dataset.state = canRead ? state : "unreadable";
    byId("camera-hint").textContent = texts.say(`camera.${canRead ? state : "unreadable"}`);
    byId("camera-retry").hidden = !["denied", "missing", "lost"].includes(state);
  }

  async function drawKeys() {
    byId("key-torch").hidden = !camera.hasTorch();
    byId("key-camera").hidden = state !== "live" || (await camera.count()) < 2;
  }

  function drawMode() {
    const mode = session.get("mode");
    document.body.dataset.mode = mode;
    document.querySelectorAll("[data-mode-icon]").forEach((svg) => setIcon(svg, mode === "exit" ? "way-out" : "way-in"));
    document.querySelectorAll("[data-mode-chip]").forEach((chip) => {
      chip.textContent = texts.say(`chip.${mode}`);
    });
    byId("mode-name").textContent = texts.say(`mode.${mode}`);
    byId("key-mode").textContent = texts.say(mode === "exit" ? "key.to_entry" : "key.to_exit");
    document.body.dataset.hand = session.get("hand");
  }

  function turnMode() {
    session.set({ mode: session.get("mode") === "exit" ? "entry" : "exit" });
    drawMode();
    byId("mode-said").textContent = texts.say(`mode.${session.get("mode")}`);
  }

  async function turnTorch() {
    const isLit = await camera.torch().catch(() => false);
    byId("key-torch").setAttribute("aria-pressed", String(isLit));
  }

  async function turnCamera() {
    session.set({ cameraId: await camera.next() });
    drawKeys();
  }

  byId("key-mode").addEventListener("click", turnMode);
  byId("key-torch").addEventListener("click", turnTorch);
  byId("key-camera").addEventListener("click", turnCamera);
  byId("camera-retry").addEventListener("click", () => camera.retry());

  return {
    start,
    stop,
    cameraState,
    decoderState,
    draw() {
      drawMode();
      drawCamera();
    },
  };
}
