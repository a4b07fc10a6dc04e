// The review page: the address that the tickets go to, large above the button, while it is typed.
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
