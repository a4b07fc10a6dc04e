/** A guest let in against the rule: a supervisor chooses the reason, proves who they are, and it is kept on record. */

import { Refusal } from "./_api.js";
import { deviceRevoked, undecided, verdictOf } from "./_decision.js";
import { byId } from "./_draw.js";

/** @param {{engine, texts, pin, tell: (verdict: object) => void}} parts */
export function createOverride({ engine, texts, pin, tell }) {
  const dialog = byId("override");
  const field = byId("override-reason");
  const fault = byId("override-fault");
  let hash = null;

  /** Begins with the verdict on the screen: it must have come from a code. */
  function open(verdict) {
    hash = verdict.hash;
    field.value = "";
    fault.hidden = true;
    dialog.showModal();
  }

  async function go(reason) {
    dialog.close();
    const supervisor = await pin.ask();
    if (supervisor) tell(await judge({ supervisor, reason }));
  }

  async function judge(by) {
    const scan = { id: crypto.randomUUID(), hash, kind: "entry", scannedAt: new Date().toISOString() };
    try {
      const answer = await engine.override(scan, by);
      return { ...verdictOf(answer, scan), allowedBy: answer.decision === "admit" ? by.supervisor : null };
    } catch (error) {
      return error instanceof Refusal && error.status === 401 ? deviceRevoked("entry") : undecided("entry", false);
    }
  }

  // What is kept is the text that the supervisor saw, in the language of the tablet.
  dialog.querySelectorAll("[data-reason-key]").forEach((key) =>
    key.addEventListener("click", () => go(texts.say(key.dataset.reasonKey))),
  );
  byId("override-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const reason = field.value.trim();
    fault.hidden = Boolean(reason);
    if (reason) go(reason);
    else field.focus();
  });
  byId("override-close").addEventListener("click", () => dialog.close());
  return { open };
}
