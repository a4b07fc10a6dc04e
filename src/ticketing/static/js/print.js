// Prints the page on a tap. Without script the key stays hidden: the browser's own menu does the same.

const key = document.querySelector("[data-print]");
if (key) {
  key.hidden = false;
  key.addEventListener("click", () => globalThis.print());
}
