/**
 * Keeps the pages of one order: its own page and its tickets. The network goes first, so that whoever has one sees what
 * is so now; the kept page comes when there is none, or when it is too slow for a queue at the door.
 * `self.kept` ({order, version, pages, files}) stands in front of this script when it is served. Without pages (the
 * event is over, no ticket is valid any more) it cleans up and goes.
 */

const { order, version, pages, files } = self.kept;
const PREFIX = `order-${order}-`;
const CACHE = PREFIX + version;
const PATIENCE_MS = 3000;

async function install() {
  if (pages.length) {
    const cache = await caches.open(CACHE);
    await cache.addAll([...files, ...pages.map((page) => new Request(page, { cache: "reload" }))]);
  }
  await self.skipWaiting();
}

async function activate() {
  const mine = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  await Promise.all(mine.filter((name) => name !== CACHE || !pages.length).map((name) => caches.delete(name)));
  if (pages.length) await self.clients.claim();
  else await self.registration.unregister();
}

function pausing(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The page as the server has it now, kept for later; a page that is gone is not kept any longer. */
async function fetchPage(request, path, cache) {
  const answer = await fetch(request);
  if (answer.status >= 500) throw new Error(`status ${answer.status}`);
  if (answer.ok) await cache.put(path, answer.clone());
  else await cache.delete(path);
  return answer;
}

async function openPage(event, path) {
  const cache = await caches.open(CACHE);
  const kept = () => cache.match(path); // read anew each time: an answer can be shown once
  if (!(await kept())) return fetch(event.request);
  const fresh = fetchPage(event.request, path, cache).catch(kept);
  event.waitUntil(fresh);
  return Promise.race([fresh, pausing(PATIENCE_MS).then(kept)]);
}

async function openFile(request, path) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && pages.includes(url.pathname)) event.respondWith(openPage(event, url.pathname));
  else if (files.includes(url.pathname)) event.respondWith(openFile(request, url.pathname));
});
