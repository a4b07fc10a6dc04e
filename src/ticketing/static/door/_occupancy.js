/** Asks how many are inside every few seconds while the page is looked at. */

import { Refusal } from "./_api.js";

const EVERY_MS = 5000;

/** @param {{api, status, onRevoked: () => void}} parts */
export function createOccupancy({ api, status, onRevoked }) {
  let timer = null;
  let running = false;

  async function ask() {
    clearTimeout(timer);
    if (!running) return;
    if (document.visibilityState === "visible") await look();
    if (running) timer = setTimeout(ask, EVERY_MS);
  }

  async function look() {
    try {
      status.update(await api.occupancy());
    } catch (error) {
      if (running && error instanceof Refusal && error.status === 401) onRevoked();
    }
  }

  document.addEventListener("visibilitychange", ask);
  window.addEventListener("online", ask);
  return {
    start() {
      running = true;
      ask();
    },
    stop() {
      running = false;
      clearTimeout(timer);
    },
  };
}
