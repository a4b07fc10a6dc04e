/**
 * Scanners that type (USB, Bluetooth): a burst of keys, ended by Enter, Tab or silence.
 * Keys are read by their place (`event.code`): layouts and Japanese input methods change `key`, not the place.
 */

const GAP_MS = 80;
const SHORTEST = 8;

/** @param {(text: string) => void} onCode */
export function listenToKeys(onCode) {
  let burst = "";
  let lastAt = 0;
  let silence = null;

  function finish() {
    clearTimeout(silence);
    const text = burst;
    burst = "";
    if (text.length >= SHORTEST) onCode(text);
    return text.length >= SHORTEST;
  }

  document.addEventListener("keydown", (event) => {
    if (isTextField(event.target) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.timeStamp - lastAt > GAP_MS) burst = "";
    lastAt = event.timeStamp;
    if (event.code === "Enter" || event.code === "NumpadEnter" || event.code === "Tab") {
      if (finish()) event.preventDefault();
      return;
    }
    const character = characterOf(event.code);
    if (character === null) return;
    burst += character;
    clearTimeout(silence);
    silence = setTimeout(finish, GAP_MS * 2);
  });
}

function characterOf(code) {
  return /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(code)?.[1] ?? null;
}

function isTextField(element) {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
}
