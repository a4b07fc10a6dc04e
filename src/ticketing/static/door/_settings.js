/** The settings of the person at the door: language, hand, end of the shift, giving the tablet back. */

import { byId } from "./_draw.js";

/** @param {{session, texts, onLanguage: (lang: string) => void, onEnd: () => void, onForget: () => void,
 *   onEmpty: () => void, unsent: () => number, updates}} parts */
export function createSettings({ session, texts, onLanguage, onEnd, onForget, onEmpty, unsent, updates }) {
  const dialog = byId("settings");

  function draw() {
    for (const key of dialog.querySelectorAll("[data-lang]")) {
      key.setAttribute("aria-pressed", String(key.dataset.lang === texts.lang));
    }
    for (const key of dialog.querySelectorAll("[data-hand-key]")) {
      key.setAttribute("aria-pressed", String(key.dataset.handKey === session.get("hand")));
    }
    byId("forget-sure").hidden = true;
    byId("settings-update").hidden = !updates.isReady();
    byId("settings-said").textContent = "";
  }

  function on(id, act) {
    byId(id).addEventListener("click", act);
  }

  dialog.querySelectorAll("[data-lang]").forEach((key) =>
    key.addEventListener("click", () => {
      onLanguage(key.dataset.lang);
      draw();
    }),
  );
  dialog.querySelectorAll("[data-hand-key]").forEach((key) =>
    key.addEventListener("click", () => {
      session.set({ hand: key.dataset.handKey });
      document.body.dataset.hand = key.dataset.handKey;
      draw();
    }),
  );
  on("settings-empty", () => {
    dialog.close();
    onEmpty();
  });
  on("settings-update", () => {
    if (!updates.apply()) byId("settings-said").textContent = texts.say("settings.update_later");
  });
  on("settings-close", () => dialog.close());
  on("end-shift", () => {
    dialog.close();
    onEnd();
  });
  /** Whoever unpairs a tablet throws away what it has not told the server yet. */
  on("forget", () => {
    const owed = unsent();
    byId("settings-said").textContent = owed ? texts.say("settings.forget_unsent", { n: owed }) : "";
    byId("forget-sure").hidden = owed > 0;
    if (owed) return;
    byId("forget-yes").focus();
  });
  on("forget-yes", onForget);
  on("key-settings", () => {
    draw();
    dialog.showModal();
  });
}
