// The review page: the address that the tickets go to, large above the button, while it is typed.
const field = document.getElementById("email");
const line = document.getElementById("goes-to");

if (field && line) {
  const shown = line.querySelector("output");
  const show = () => {
    shown.textContent = field.value.trim();
    line.hidden = !shown.textContent.includes("@");
  };
  field.addEventListener("input", show);
  field.addEventListener("change", show); // browsers that fill in a form by themselves
  show();
}
