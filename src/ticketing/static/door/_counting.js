/** People without a code, counted by taps: staff, guests of the house, and who of them has left. */

import { NoAnswer } from "./_api.js";
import { byId } from "./_draw.js";

const DELTAS = { staff: 1, guest: 1, left: -1 };

/** @param {{api, engine, status, texts, onFull: (answer: object) => void, onRevoked: () => void}} parts */
export function createCounting({ api, engine, status, texts, onFull, onRevoked }) {
  const dialog = byId("counting");
  const said = byId("counting-said");
  let open = null;

  /** A tap whose answer was lost keeps its id: tapping the same again cannot count twice. */
  async function tap(what) {
    if (open?.what !== what) open = { id: crypto.randomUUID(), delta: DELTAS[what], what };
    setBusy(true);
    try {
      const answer = await api.count(open);
      open = null;
      take(answer, what);
    } catch (error) {
      if (error instanceof NoAnswer) tell("counting.no_answer");
      else leave(onRevoked);
    } finally {
      setBusy(false);
    }
  }

  function take(answer, what) {
    status.update(answer);
    if (answer.decision === "admit") tell(`counting.${what}.done`, answer);
    else if (what === "left") tell("counting.nobody");
    else leave(() => onFull(answer));
  }

  function tell(key, { inside } = {}) {
    said.textContent = texts.say(key, { inside });
  }

  function leave(then) {
    dialog.close();
    then();
  }

  function setBusy(isBusy) {
    dialog.querySelectorAll("[data-count]").forEach((key) => {
      key.disabled = isBusy;
    });
  }

  dialog.querySelectorAll("[data-count]").forEach((key) => key.addEventListener("click", () => tap(key.dataset.count)));
  byId("counting-close").addEventListener("click", () => dialog.close());
  byId("key-count").addEventListener("click", () => {
    said.textContent = engine.state().online ? "" : texts.say("counting.offline");
    dialog.showModal();
  });
}
