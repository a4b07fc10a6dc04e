/**
 * What this tablet keeps between loads: its token and the settings of the person who holds it.
 * A lost store means a new pairing, never a guessed identity.
 */

const KEY = "ticketing.door";
const FRESH = {
  token: null,
  device: null,
  gate: null,
  room: null,
  epoch: null,
  kept: null,
  event: null,
  mode: "entry",
  lang: null,
  hand: "right",
  cameraId: null,
};

/** Opens the session kept in `storage` (localStorage). */
export function openSession(storage) {
  let kept = { ...FRESH, ...parse(storage.getItem(KEY)) };

  function save(changes) {
    kept = { ...kept, ...changes };
    storage.setItem(KEY, JSON.stringify(kept));
  }

  return {
    get: (name) => kept[name],
    set: save,
    isPaired: () => Boolean(kept.token),
    /** Keeps what pairing answered; entry is the mode every new pairing starts in. */
    pair(answer) {
      save({
        token: answer.token,
        device: answer.device,
        gate: answer.gate_name ?? answer.gate,
        room: answer.room,
        epoch: answer.epoch,
        event: answer.event ?? null,
        mode: "entry",
      });
    },
    /** Forgets the pairing; language, hand and camera stay. */
    unpair() {
      const { lang, hand, cameraId } = kept;
      kept = { ...FRESH };
      save({ lang, hand, cameraId });
    },
  };
}

function parse(text) {
  try {
    return JSON.parse(text ?? "{}");
  } catch {
    return {};
  }
}
