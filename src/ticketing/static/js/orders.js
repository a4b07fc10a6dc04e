// Finds orders while somebody types: asks for the same page as the form would, and takes over what it found. The
// address follows, so that going back leads to the same list. Only the latest answer counts.

const PAUSE_MS = 200;

const form = document.querySelector("form.find");
const found = document.querySelector("#found");
const stale = document.querySelector("#stale");
let waiting = 0;
let asking = new AbortController();
let shown = query();

function query() {
  const fields = [...new FormData(form)].filter(([, value]) => value !== "");
  return new URLSearchParams(fields).toString();
}

async function look(wanted) {
  asking.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(`?${wanted}&typing=1`, { signal: asking.signal, redirect: "error" });
    if (!answer.ok) throw new Error(`orders ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    found.replaceChildren(...page.querySelector("#found").childNodes);
    history.replaceState(null, "", `?${wanted}`);
    stale.hidden = true;
  } catch (error) {
    if (error.name === "AbortError") return;
    shown = "";
    stale.hidden = false;
  }
}

function lookSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const wanted = query();
    if (wanted === shown) return;
    shown = wanted;
    look(wanted);
  }, PAUSE_MS);
}

// While kana are being turned into kanji, nothing is typed yet.
form.addEventListener("input", (event) => event.isComposing || lookSoon());
form.addEventListener("compositionend", lookSoon);
