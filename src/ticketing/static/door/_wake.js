/** Keeps the screen on during a shift; the lock falls with every change of tab and is asked for again. */
export function createWakeLock() {
  let wanted = false;
  let lock = null;

  async function request() {
    if (!wanted || document.visibilityState !== "visible") return;
    try {
      lock = await navigator.wakeLock?.request("screen");
    } catch {
      // Low battery or an old system: the screen then follows the tablet's own settings.
    }
  }

  document.addEventListener("visibilitychange", request);
  return {
    start() {
      wanted = true;
      return request();
    },
    stop() {
      wanted = false;
      return lock?.release();
    },
  };
}
