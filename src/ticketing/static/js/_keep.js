// Keeps an order's pages on this device, so that its tickets open at the door without a network. A page that may be
// kept says under which path: `data-keep`. Without service workers nothing is lost but that.

export async function keep() {
  const path = document.querySelector("[data-keep]")?.dataset.keep;
  if (!path || !("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(`${path}/sw.js`, { scope: path });
  } catch {
    // private window, no room, or not https: the page works while there is a network
  }
}
