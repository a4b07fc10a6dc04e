// The till's comfort: keys for more and less, total and change at once, the sum of a count, and a page that turns to the
// tickets by itself when the phone has paid. Every number is worked out again by the house.

const LOOK_MS = 2000;
const KEPT_MS = 10 * 60 * 1000;
const KEPT = "till ";

function shown(minor, form) {
  const decimals = Number(form.dataset.decimals || 0);
  const text = (minor / 10 ** decimals).toLocaleString("en-US", { minimumFractionDigits: decimals });
  return form.dataset.prefix + text;
}

function show(output, minor, form) {
  const figure = output.querySelector(".figure") || output;
  figure.textContent = shown(minor, form);
  if (!form.dataset.unit) return;
  const unit = document.createElement("span");
  unit.className = "unit";
  unit.textContent = form.dataset.unit;
  figure.append(unit);
}

function number(text) {
  const plain = text.normalize("NFKC").replace(/[,\s¥円]/g, "");
  return /^\d{1,8}$/.test(plain) ? Number(plain) : 0;
}

// What was sent is kept until a page of a sale, or the form with its key, answers. A tablet that lost the answer finds it
// here and sends the same key again: then the house shows the sale that it made, or makes it now.
function keep(form) {
  const chosen = [...new FormData(form)].filter(([name]) => /^(qty-.*|given|given_other|form_key)$/.test(name));
  const sent = { at: Date.now(), values: Object.fromEntries(chosen) };
  localStorage.setItem(KEPT + form.dataset.shift, JSON.stringify(sent));
}

function forget() {
  for (const name of Object.keys(localStorage)) if (name.startsWith(KEPT)) localStorage.removeItem(name);
}

function unanswered(form) {
  const kept = JSON.parse(localStorage.getItem(KEPT + form.dataset.shift) || "null");
  if (kept && Date.now() - kept.at < KEPT_MS && kept.values.form_key !== form.elements.form_key.value) return kept.values;
  forget();
  return null;
}

function till(form) {
  const fields = [...form.querySelectorAll("[data-price]")];
  const notes = [...form.querySelectorAll("[name=given]")];
  const other = form.querySelector("#given_other");
  const steps = form.dataset.steps.split(",").map(Number);
  let total = 0;

  function offer() {
    const amounts = total ? [...new Set(steps.map((step) => Math.ceil(total / step) * step))] : [];
    const offered = amounts.filter((amount) => amount !== total).sort((a, b) => a - b);
    notes.slice(1).forEach((note, place) => {
      const amount = offered[place];
      note.disabled = note.parentElement.hidden = amount === undefined;
      if (amount === undefined) note.checked = false;
      else if (note.value !== String(amount)) note.checked = false;
      note.value = amount ?? "";
      note.nextElementSibling.textContent = amount === undefined ? "" : shown(amount, form) + form.dataset.unit;
    });
    if (!notes.some((note) => note.checked)) notes[0].checked = true;
  }

  function change() {
    const chosen = notes.find((note) => note.checked);
    const given = other.value.trim() ? number(other.value) : number(chosen ? chosen.value : "");
    show(form.querySelector("[data-change]"), Math.max(0, given - total), form);
  }

  function count() {
    total = fields.reduce((sum, field) => sum + number(field.value) * Number(field.dataset.price), 0);
    for (const field of fields) {
      const [less, more] = field.parentElement.querySelectorAll("[data-step]");
      less.disabled = number(field.value) <= 0;
      more.disabled = number(field.value) >= Number(field.dataset.most);
    }
    show(form.querySelector("[data-total]"), total, form);
    offer();
    change();
  }

  function again(values) {
    for (const field of fields) field.value = values[field.name] || "0";
    count();
    other.value = values.given_other || "";
    const note = notes.find((one) => one.value === values.given);
    if (note) note.checked = true;
    form.elements.form_key.value = values.form_key;
    const box = form.querySelector("[data-unanswered]");
    box.hidden = false;
    box.querySelector("a").addEventListener("click", forget);
  }

  for (const key of form.querySelectorAll("[data-step]")) {
    key.hidden = false;
    key.addEventListener("click", () => {
      const field = key.parentElement.querySelector("[data-price]");
      const wished = number(field.value) + Number(key.dataset.step);
      field.value = Math.min(Math.max(0, wished), Number(field.dataset.most));
      count();
    });
  }
  for (const field of fields) {
    field.addEventListener("input", count);
    field.addEventListener("focus", () => field.select());
  }
  form.querySelector(".given").addEventListener("input", (event) => {
    if (event.target !== other) other.value = "";
    change();
  });
  form.addEventListener("submit", () => keep(form));
  const before = unanswered(form);
  if (before) again(before);
  // A page that the browser had kept would sell to the next guest what the last one bought.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  count();
}

function counting(box) {
  const sum = box.querySelector("[data-counted]");
  const fields = [...box.querySelectorAll("[data-worth]")];
  const add = () => {
    const minor = fields.reduce((whole, field) => whole + number(field.value) * Number(field.dataset.worth), 0);
    show(sum.querySelector("output"), minor, box);
  };
  sum.hidden = false;
  box.addEventListener("input", add);
  add();
}

async function look(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.ok && (await answer.json()).state !== "pending") return location.reload();
  } catch {
    // No network for a moment: the next look comes soon.
  }
  setTimeout(look, LOOK_MS, address);
}

for (const rest of document.querySelectorAll("[data-without-script]")) rest.hidden = true;
for (const form of document.querySelectorAll("[data-till]")) till(form);
for (const box of document.querySelectorAll("[data-count]")) counting(box);
if (document.querySelector("[data-sold]")) forget();
const waits = document.querySelector("main").dataset.waits;
if (waits) look(waits);
