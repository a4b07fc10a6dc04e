// The review page: the address that the tickets go to, large above the button, while it is typed; Enter after a promo
// code asks for its price, not for the order.
const field = document.getElementById("email");
const line = document.getElementById("goes-to");

if (field && line) {
  const shown = line.querySelector("output");
  const show = () => {
    const [, local = "", domain = field.value.trim()] = field.value.trim().match(/^(.*@)(.*)$/s) ?? [];
    shown.replaceChildren(local, document.createElement("wbr"), domain); // it breaks after the @, if it has to
    line.hidden = !local;
  };
  field.addEventListener("input", show);
  field.addEventListener("change", show); // browsers that fill in a form by themselves
  show();
}

const code = document.getElementById("code");
code?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  code.closest("details").querySelector("button").click();
});
