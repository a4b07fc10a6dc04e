/** "The room is empty": a supervisor's word, between two programs, that nobody is inside any more. */

import { Refusal } from "./_api.js";
import { byId } from "./_draw.js";

/** @param {{api, engine, texts, pin, say: (text: string) => void, onRevoked: () => void}} parts */
export function createEmptying({ api, engine, texts, pin, say, onRevoked }) {
  const dialog = byId("empty");
  let open = null;

  function begin() {
    const { inside, online } = engine.state();
    byId("empty-lead").textContent = texts.say(online ? "empty.lead" : "empty.offline", { inside: inside ?? "–" });
    byId("empty-go").hidden = !online;
    dialog.showModal();
  }

  async function go() {
    dialog.close();
    const supervisor = await pin.ask();
    if (!supervisor) return;
    // A mark whose answer was lost keeps its id: made again, it counts once.
    if (open?.supervisor !== supervisor) open = { id: crypto.randomUUID(), supervisor };
    try {
      const { inside } = await api.empty(open);
      open = null;
      say(texts.say("empty.done", { inside }));
      engine.sync();
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) onRevoked();
      else say(texts.say("empty.failed"));
    }
  }

  byId("empty-go").addEventListener("click", go);
  byId("empty-close").addEventListener("click", () => dialog.close());
  return { begin };
}
