"""What a page at the door does in a rush: one code after the other, and what it showed is written down for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Page

RUSH = """
window.rush = async (kind, codes) => {
  const root = document.getElementById("verdict");
  const shown = () => root.dataset.verdict && root.dataset.verdict !== "checking" && !root.hidden;
  const until = async (isSo) => { while (!isSo()) await new Promise((done) => setTimeout(done, 20)); };
  if (document.body.dataset.mode !== kind) document.getElementById("key-mode").click();
  window.isRushing = true;
  for (const code of codes) {
    document.querySelector("[name=code]").value = code;
    document.getElementById("typing-form").requestSubmit();
    await until(shown);
    const said = JSON.parse(localStorage.getItem("said") ?? "[]");
    said.push({ kind, code, verdict: root.dataset.verdict, reason: root.dataset.reason });
    localStorage.setItem("said", JSON.stringify(said));
    document.getElementById("verdict-next").click();
    await until(() => !shown());
  }
  window.isRushing = false;
};
"""


def rush(page: Page, kind: str, codes: Sequence[str]) -> None:
    """Begin to scan these codes; returns at once."""
    page.evaluate(f"([kind, codes]) => {{ {RUSH}; void window.rush(kind, codes); }}", [kind, list(codes)])


def is_rushing(page: Page) -> bool:
    """Whether some of the codes still wait."""
    return bool(page.evaluate("window.isRushing === true"))


def said(page: Page) -> list[dict[str, Any]]:
    """Everything that this tablet has shown, in earlier lives of the page too."""
    found: list[dict[str, Any]] = page.evaluate("JSON.parse(localStorage.getItem('said') ?? '[]')")
    return found
