/**
 * Keeps the scanner page and its files, so that it opens without a network. Never answers for the API.
 * `self.shell` ({version, page, files}) stands in front of this script when it is served.
 * A new version waits until the page asks for it: nothing changes in the middle of a shift.
 */

const { version, page, files } = self.shell;
const PREFIX = "door-";
const CACHE = PREFIX + version;

async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll(files);
  // The page is never kept by the browser itself, and stands last: with it the version is complete.
  await cache.add(new Request(page, { cache: "reload" }));
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function fromCache(request, key) {
  const cache = await caches.open(CACHE);
  return (await cache.match(key)) ?? fetch(request);
}

/** The page of this version; somebody who asks for a language gets what the server makes of that, if it is there. */
async function openPage(request, url) {
  if (!url.searchParams.has("lang")) return fromCache(request, page);
  try {
    return await fetch(request);
  } catch {
    return fromCache(request, page);
  }
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", ({ data }) => data === "take over" && self.skipWaiting());
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === page) event.respondWith(openPage(request, url));
  else if (files.includes(url.pathname)) event.respondWith(fromCache(request, url.pathname));
});
