/** Whether the server can be reached, and since when. Fed by every call of the API client. */
export function createLink(now = () => new Date()) {
  const listeners = new Set();
  let state = { online: true, since: now() };

  function report(online) {
    if (online === state.online) return;
    state = { online, since: now() };
    listeners.forEach((listener) => listener(state));
  }

  return {
    state: () => state,
    report,
    onChange: (listener) => listeners.add(listener),
  };
}
