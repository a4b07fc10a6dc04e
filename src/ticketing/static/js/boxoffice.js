// The till's comfort: keys for more and less, total and change at once, the sum of a count, and a page that turns to the
// tickets by itself when the phone has paid. Every number is worked out again by the house.

const LOOK_MS = 2000;

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
const waits = document.querySelector("main").dataset.waits;
if (waits) look(waits);
