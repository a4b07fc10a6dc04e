// A little work against bots (core/proof.py), begun as soon as the page is there, so that nobody waits for it who types.
// Nothing comes from another host, and nothing is watched: the widget's own collecting of movements is off.
import "altcha/external";

const place = document.getElementById("proof");
const form = place?.closest("form");

// What stands there lets the server take the form without the work, slowly: so it comes back where the work fails.
const slowly = place ? [...place.childNodes] : [];

// The button was pressed while the work was under way: the form goes by itself when it is done.
function begin() {
  const { $altcha } = globalThis;
  $altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(place.dataset.worker));
  const language = document.documentElement.lang;
  const { working, done } = place.dataset;
  $altcha.i18n.set(language, {
    ...$altcha.i18n.get("en"), label: working, verifying: working, verified: done, waitAlert: working,
  });
  const widget = document.createElement("altcha-widget");
  widget.setAttribute("challenge", place.dataset.challenge);
  widget.setAttribute("name", "proof");
  widget.setAttribute("language", language);
  widget.setAttribute("auto", "onload");
  widget.setAttribute("configuration", JSON.stringify({
    hideLogo: true, hideFooter: true, humanInteractionSignature: false, minDuration: 0, disableAutoFocus: true, timeout: 300_000,
  }));
  let ready = false;
  let pressed;
  widget.addEventListener("statechange", ({ detail }) => {
    ready = detail.state === "verified" || detail.state === "error";
    if (detail.state === "error") place.replaceChildren(...slowly);
    if (detail.state === "expired") widget.verify();
    if (ready && pressed !== undefined) requestAnimationFrame(() => form.requestSubmit(pressed));
  });
  form.addEventListener("submit", (event) => {
    if (ready) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // the widget would begin again
    pressed = event.submitter;
  }, { capture: true });
  place.replaceChildren(widget);
}

if (place && form && globalThis.crypto?.subtle && globalThis.customElements) begin();
