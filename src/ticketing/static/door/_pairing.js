/** The form that makes this browser a paired device of one gate. */

import { NoAnswer } from "./_api.js";
import { byId } from "./_draw.js";

/** @param {{api, session, texts, onTap: () => void, onPaired: () => void}} parts */
export function createPairing({ api, session, texts, onTap, onPaired }) {
  const form = byId("pairing-form");
  const fault = byId("pairing-fault");
  const key = byId("pairing-send");

  async function submit(event) {
    event.preventDefault();
    onTap();
    const data = new FormData(form);
    const code = data.get("pairing").trim();
    const name = data.get("name").trim();
    if (!code || !name) {
      complain(code ? "pairing.no_name" : "pairing.no_code");
      return;
    }
    key.disabled = true;
    try {
      session.pair(await api.pair(code, name));
      byId("pairing-code").value = "";
      complain(null);
      onPaired();
    } catch (error) {
      complain(faultOf(error));
    } finally {
      key.disabled = false;
    }
  }

  /** Shows the text of `name`, or takes the message away. */
  function complain(name) {
    fault.hidden = !name;
    if (name) {
      fault.dataset.text = name;
      fault.textContent = texts.say(name);
    }
    byId("pairing-code").setAttribute("aria-invalid", String(name === "pairing.refused" || name === "pairing.no_code"));
    byId("pairing-name").setAttribute("aria-invalid", String(name === "pairing.no_name" || name === "pairing.name_taken"));
  }

  byId("pairing-name").value = suggestedName();
  byId("pairing-code").value = codeFromSymbol();
  form.addEventListener("submit", submit);
  return { complain };
}

function faultOf(error) {
  if (!(error instanceof NoAnswer)) return error.code === "name_taken" ? "pairing.name_taken" : "pairing.refused";
  return error.status === 429 ? "pairing.too_many" : "pairing.no_answer";
}

/** The code that the office's symbol carries behind the address, where no server sees it; taken out of there at once. */
function codeFromSymbol() {
  const code = new URLSearchParams(location.hash.slice(1)).get("pair") ?? "";
  if (code) history.replaceState(null, "", location.pathname + location.search);
  return code;
}

/** A name to start from, so that two tablets of a kind differ. */
function suggestedName() {
  const agent = navigator.userAgent;
  const isTablet = /Macintosh/.test(agent) && navigator.maxTouchPoints > 1;
  const kind = isTablet ? "iPad" : (/iPad|iPhone|Android/.exec(agent)?.[0] ?? "PC");
  const [number] = crypto.getRandomValues(new Uint16Array(1));
  return `${kind} ${100 + (number % 900)}`;
}
