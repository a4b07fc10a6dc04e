/**
 * Whether this tablet works with the server or on its own, and since when.
 * Any call that stays unanswered ends the link; only the engine, after a complete exchange, says that it is back.
 */
export function createLink(now = () => new Date()) {
  const listeners = new Set();
  let state = { online: true, since: now() };

  function turn(online) {
    if (online === state.online) return;
    state = { online, since: now() };
    listeners.forEach((listener) => listener(state));
  }

  return {
    state: () => state,
    lost: () => turn(false),
    regained: () => turn(true),
    onChange: (listener) => listeners.add(listener),
  };
}
