/**
 * The service worker's end on the page: the scanner opens without a network, and a new version of it takes over only
 * when somebody at the door says so and nothing is unsent.
 */

/**
 * @param {{workers?: ServiceWorkerContainer, mayUpdate: () => boolean, reload?: () => void}} parts
 */
export function createUpdates({ workers = navigator.serviceWorker, mayUpdate, reload = () => location.reload() }) {
  const listeners = new Set();
  let waiting = null;
  let wanted = false;

  function offer(worker) {
    if (!worker || !workers.controller) return;
    waiting = worker;
    listeners.forEach((listener) => listener());
  }

  function watch(registration) {
    offer(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const coming = registration.installing;
      coming?.addEventListener("statechange", () => coming.state === "installed" && offer(registration.waiting));
    });
  }

  workers?.addEventListener("controllerchange", () => wanted && reload());

  return {
    /** Registers the worker; without one (an old browser, a server that is gone) the page works as long as it is open. */
    start: () => workers?.register("/door/sw.js", { scope: "/door" }).then(watch, () => {}),
    isReady: () => waiting !== null,
    onReady: (listener) => listeners.add(listener),
    /** Call from a tap. False while scans are unsent; otherwise the page loads itself anew. */
    apply() {
      if (!waiting || !mayUpdate()) return false;
      wanted = true;
      waiting.postMessage("take over");
      return true;
    },
  };
}
