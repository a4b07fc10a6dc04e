/** The texts of the page in both languages at once; the tables come with the page as a JSON block. */

/** Reads a JSON data block of the page. */
export function readBlock(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

/** @param {Record<string, Record<string, string>>} tables by language @param {string} lang */
export function createTexts(tables, lang) {
  let current = tables[lang] ? lang : "ja";

  const texts = {
    get lang() {
      return current;
    },
    get other() {
      return current === "ja" ? "en" : "ja";
    },
    /** The text of `key` with `{name}` filled from `values`; empty when there is no such text. */
    say(key, values = {}, language = current) {
      const text = tables[language][key] ?? "";
      return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
    },
    has: (key) => key in tables[current],
    /** Picks from `{ja, en}`; a plain string stands for both. */
    pick(text, language = current) {
      if (text === null || text === undefined) return "";
      return typeof text === "object" ? (text[language] ?? text.ja ?? text.en ?? "") : String(text);
    },
    /** Switches the language of every marked text of the page. */
    use(language) {
      current = language;
      document.documentElement.lang = language;
      for (const element of document.querySelectorAll("[data-text]")) {
        element.textContent = texts.say(element.dataset.text);
      }
      for (const field of document.querySelectorAll("[data-hint]")) {
        field.placeholder = texts.say(field.dataset.hint);
      }
      for (const part of document.querySelectorAll("[data-label]")) {
        part.setAttribute("aria-label", texts.say(part.dataset.label));
      }
    },
  };
  return texts;
}
