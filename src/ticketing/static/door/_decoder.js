/** The page's end of the decoder worker: one frame at a time, frames that come meanwhile are dropped. */

const SILENCE_MS = 5000;

/** @param {{workerUrl: string, wasmUrl: string, onText: (text: string) => void, onFail: () => void}} parts */
export function createDecoder({ workerUrl, wasmUrl, onText, onFail }) {
  let worker = null;
  let ready = false;
  let busy = false;
  let watchdog = null;
  let restarts = 0;

  function start() {
    ready = false;
    busy = false;
    worker = new Worker(workerUrl, { type: "module" });
    worker.addEventListener("message", ({ data }) => receive(data));
    worker.addEventListener("error", restart);
    worker.postMessage({ wasmUrl: new URL(wasmUrl, location.href).href });
  }

  function receive(data) {
    clearTimeout(watchdog);
    if (data.failed) {
      restart();
      return;
    }
    ready = true;
    busy = false;
    if (data.text) onText(data.text);
  }

  function restart() {
    clearTimeout(watchdog);
    worker.terminate();
    restarts += 1;
    if (restarts > 3) {
      ready = false;
      onFail();
      return;
    }
    start();
  }

  start();
  return {
    /** Whether a frame would be looked at now; ask before copying one. */
    isFree: () => ready && !busy,
    /** @param {ImageData} image its memory goes over to the worker */
    offer(image) {
      if (!ready || busy) return;
      busy = true;
      watchdog = setTimeout(restart, SILENCE_MS);
      worker.postMessage({ width: image.width, height: image.height, pixels: image.data.buffer }, [image.data.buffer]);
    },
  };
}
