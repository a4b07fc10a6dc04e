/** Typing a code by hand: faults are told here, before anything is asked; what was typed stays to be put right. */

import { CODE_LENGTH, readCode } from "./_code.js";
import { byId } from "./_draw.js";

/** @param {{texts, onCode: (code: string) => void}} parts */
export function createTyping({ texts, onCode }) {
  const field = byId("typing-code");
  const fault = byId("typing-fault");

  function submit(event) {
    event.preventDefault();
    const read = readCode(field.value);
    if (!read.ok) {
      complain(read);
      return;
    }
    field.value = "";
    clean();
    onCode(read.code);
  }

  function complain(read) {
    fault.textContent = texts.say(`typing.${read.length ? read.fault : "empty"}`, { n: read.length, of: CODE_LENGTH });
    fault.hidden = false;
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }

  function clean() {
    fault.hidden = true;
    field.removeAttribute("aria-invalid");
  }

  byId("typing-form").addEventListener("submit", submit);
  field.addEventListener("input", clean);
}
