// Passkeys: a form that asks the browser for one, and then is sent as any other form. It stays hidden in browsers that
// cannot do it; there is always another way.
const can = Boolean(window.PublicKeyCredential?.parseCreationOptionsFromJSON && PublicKeyCredential.parseRequestOptionsFromJSON);

const ask = async (form) => {
  const answer = await fetch(form.dataset.options, { method: "POST", body: new FormData(form) });
  const options = await answer.json();
  if (options.error) throw new Error(options.error, { cause: "told" });
  const made =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  form.elements.credential.value = JSON.stringify(made.toJSON());
  form.submit();
};

for (const form of can ? document.querySelectorAll("form[data-passkey]") : []) {
  const fault = form.querySelector(".error[role]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fault.hidden = true;
    try {
      await ask(form);
    } catch (error) {
      // The browser's own words are in its language and for developers; ours say what to do.
      fault.textContent = error.cause === "told" ? error.message : form.dataset.failed;
      fault.hidden = false;
    }
  });
}
