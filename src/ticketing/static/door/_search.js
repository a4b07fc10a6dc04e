/** Finding a ticket without its code; whoever is chosen is judged as if the code had been scanned. */

import { readCode } from "./_code.js";
import { byId } from "./_draw.js";
import { findIn, indexOf } from "./_names.js";
import { describe } from "./_row.js";

const SHOWN = 20;
const PAUSE_MS = 120;

/** @param {{engine, texts, clock, onChosen: (hash: string) => void, onCode: (code: string) => void}} parts */
export function createSearch({ engine, texts, clock, onChosen, onCode }) {
  const dialog = byId("search");
  const field = byId("search-field");
  const said = byId("search-said");
  const list = byId("search-list");
  let index = [];
  let timer = null;

  /** The key says what can be looked for here: names are not for every event. */
  function draw() {
    const { names } = engine.state();
    byId("key-search").textContent = texts.say(names ? "key.find_name" : "key.find_order");
    byId("search-title").textContent = texts.say(names ? "search.title" : "search.order_title");
    byId("search-label").textContent = texts.say(names ? "search.label" : "search.order_label");
  }

  function open() {
    index = indexOf(engine.records());
    field.value = "";
    draw();
    show();
    dialog.showModal();
    field.focus();
  }

  function show() {
    const query = field.value.trim();
    const found = findIn(index, query);
    said.textContent = sayFound(query, found);
    list.replaceChildren(...found.slice(0, SHOWN).map(row));
  }

  /** A scanner that types does not know that somebody is looking for a name: its code is a scan. */
  function submit() {
    clearTimeout(timer);
    const read = readCode(field.value);
    if (read.ok) onCode(read.code);
    else show();
  }

  function sayFound(query, found) {
    const { listAt } = engine.state();
    if (!listAt) return texts.say("search.no_list");
    if ([...query].length < 2 && !found.length) return texts.say("search.start");
    if (!found.length) return texts.say("search.nothing", { list: clock.minute(listAt) });
    return texts.say(found.length > SHOWN ? "search.many" : "search.found", { n: found.length, shown: SHOWN });
  }

  function row(record) {
    const key = document.createElement("button");
    key.type = "button";
    key.className = "key row-key";
    key.append(...describe(record, engine, texts));
    key.addEventListener("click", () => {
      dialog.close();
      onChosen(record.hash);
    });
    const item = document.createElement("li");
    item.append(key);
    return item;
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE_MS);
  });
  byId("search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  byId("search-close").addEventListener("click", () => dialog.close());
  byId("key-search").addEventListener("click", open);
  return { draw };
}
