/** One line for what has just been done: seen on the idle screen for a while, heard from screen readers. */

import { byId } from "./_draw.js";

const STAYS_MS = 8000;

export function createSaid() {
  const line = byId("said");
  let timer = null;

  return (text) => {
    clearTimeout(timer);
    line.textContent = text;
    line.dataset.shown = "true";
    timer = setTimeout(() => {
      line.textContent = "";
      delete line.dataset.shown;
    }, STAYS_MS);
  };
}
