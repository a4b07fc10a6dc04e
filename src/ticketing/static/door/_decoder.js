/** The page's end of the decoder worker: one frame at a time, frames that come meanwhile are dropped. */

const SILENCE_MS = 5000;
const LONGEST_PAUSE_MS = 15000;

/**
 * A worker that fails, or says nothing, is replaced; after a few failures staff are told, and it is tried on and on.
 * @param {{workerUrl: string, wasmUrl: string, onText: (text: string) => void, onHealth: (works: boolean) => void}} parts
 */
export function createDecoder({ workerUrl, wasmUrl, onText, onHealth }) {
  let worker = null;
  let ready = false;
  let busy = false;
  let watchdog = null;
  let failures = 0;
  let reader = null;

  function start() {
    worker = new Worker(workerUrl, { type: "module" });
    worker.addEventListener("message", ({ data }) => receive(data));
    worker.addEventListener("error", replace);
    worker.postMessage({ wasmUrl: new URL(wasmUrl, location.href).href });
  }

  function receive(data) {
    clearTimeout(watchdog);
    if (data.failed) {
      replace();
      return;
    }
    if (!ready) onHealth(true);
    ready = true;
    busy = false;
    failures = 0;
    const take = reader ?? (data.text ? onText : null);
    if (!data.ready) {
      reader = null;
      take?.(data.text);
    }
  }

  function replace() {
    clearTimeout(watchdog);
    worker.terminate();
    ready = false;
    busy = false;
    reader = null;
    failures += 1;
    if (failures === 3) onHealth(false);
    setTimeout(start, Math.min(250 * 2 ** failures, LONGEST_PAUSE_MS));
  }

  start();
  return {
    /** Whether a frame would be looked at now; ask before copying one. */
    isFree: () => ready && !busy,
    /** Reads one picture out of turn; resolves to its text, or to null when there is none or the decoder is silent. */
    async read(image, withinMs) {
      const end = performance.now() + withinMs;
      while ((!ready || busy) && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
      if (!ready || busy) return null;
      return new Promise((resolve) => {
        reader = resolve;
        setTimeout(resolve, withinMs, null);
        this.offer(image);
      });
    },
    /** @param {ImageData} image its memory goes over to the worker */
    offer(image) {
      if (!ready || busy) return;
      busy = true;
      watchdog = setTimeout(replace, SILENCE_MS);
      worker.postMessage({ width: image.width, height: image.height, pixels: image.data.buffer }, [image.data.buffer]);
    },
  };
}
