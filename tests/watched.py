"""A page in the browser under watch: what it asks for, what runs on it, what it is made of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.sync_api import ConsoleMessage, Dialog, Page, Request

from attacks import MARK

DRAWN: Final = ".html-container"
"""The parts of the page that are drawn from what readers, documents and models say."""

ELEMENTS: Final = frozenset(
    """
    a article aside bdi blockquote button dd details div dl dt em footer form h1 h2 h3 h4 header i
    input label li mark nav ol p section small span strong summary textarea time ul
    svg path g circle rect
    """.split()
)
"""What those parts may be made of; the page's own shapes and fields hold no text of others."""

OUR_SHAPES: Final = frozenset("form input label textarea svg path g circle rect".split())
SAYING: Final = frozenset("title aria-label placeholder value alt".split())
"""Attributes that are text to whoever reads them, and nothing else."""

_BEFORE = """
window.forbidden = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.forbidden.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""

_FAULTS = """
({ drawn, elements, shapes, saying, mark, links }) => {
  const faults = [];
  const fetching = new Set([
    "script", "style", "link", "meta", "base", "iframe", "frame", "frameset", "object", "embed",
    "img", "image", "picture", "source", "video", "audio", "track", "form", "input", "math",
    "template", "noscript", "portal", "svg",
  ]);
  const own = (address) => /^[?#]|^\\/(?![\\/\\\\])/.test(address);
  const visit = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) visit(element.shadowRoot);
      const name = element.localName;
      const inside = element.closest(drawn) !== null || root !== document;
      const told = () => `<${name}> ${element.outerHTML.slice(0, 200)}`;
      if (inside && !elements.includes(name)) faults.push(`element ${told()}`);
      if (inside && shapes.includes(name) && element.textContent.includes(mark))
        faults.push(`text in a shape ${told()}`);
      if (!inside && fetching.has(name) && element.outerHTML.includes(mark))
        faults.push(`element made of text ${told()}`);
      for (const { name: attribute, value } of element.attributes) {
        const data = attribute.startsWith("data-") || saying.includes(attribute);
        const link = name === "a" && attribute === "href" && links.includes(value);
        if (attribute.startsWith("on") && (inside || value.includes(mark)))
          faults.push(`handler ${told()}`);
        else if (value.includes(mark) && !data && !link) faults.push(`${attribute} ${told()}`);
        else if (inside && attribute === "style") faults.push(`style ${told()}`);
        else if (inside && attribute === "href" && !link && !own(value))
          faults.push(`link ${told()}`);
        else if (inside && ["src", "srcset", "srcdoc", "action", "formaction", "xlink:href",
                            "background", "poster", "ping"].includes(attribute))
          faults.push(`${attribute} ${told()}`);
      }
    }
  };
  visit(document);
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const { parentElement: element, data } = walk.currentNode;
    if (/[\\u202a-\\u202e\\u2066-\\u2069]/.test(data) && element.closest(drawn))
      faults.push(`order turned <${element.localName}> ${data.slice(0, 100)}`);
  }
  return faults;
}
"""


@dataclass
class Watched:
    """What happened on one page that must not; the lists stay empty on a page that is safe."""

    page: Page
    origin: str  # scheme, host and port of the page's own server
    left: list[str] = field(default_factory=list)  # addresses asked for that are not the origin's
    ran: list[str] = field(default_factory=list)  # what a script of others has said or done

    def __post_init__(self) -> None:
        """Watch from before the first byte on."""
        self.page.add_init_script(_BEFORE)
        self.page.context.on("request", self._asked)
        self.page.on("dialog", self._spoke)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.ran.append(f"error {error}"))
        self.page.on("popup", lambda other: self.left.append(f"window {other.url}"))
        self.page.on("websocket", lambda socket: self.left.append(socket.url))

    def _asked(self, request: Request) -> None:
        ours = request.url.startswith((f"{self.origin}/", "data:", "blob:"))
        # An attack may be the id of a document, and then it is asked for by that.
        by_id = request.url.startswith(f"{self.origin}/api/v1/documents/")
        if not ours or (MARK in request.url.removeprefix(self.origin) and not by_id):
            self.left.append(request.url)

    def _spoke(self, dialog: Dialog) -> None:
        self.ran.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _said(self, line: ConsoleMessage) -> None:
        if line.type == "error" or MARK in line.text:
            self.ran.append(f"console {line.text}")

    def faults(self, links: Collection[str]) -> list[str]:
        """Everything that is wrong with the page as it stands.

        Args:
            links: the addresses that it may link to besides its own.
        """
        given: dict[str, Any] = {
            "drawn": DRAWN,
            "elements": sorted(ELEMENTS),
            "shapes": sorted(OUR_SHAPES),
            "saying": sorted(SAYING),
            "mark": MARK,
            "links": [*links],
        }
        made: list[str] = self.page.evaluate(_FAULTS, given)
        refused: list[str] = self.page.evaluate("window.forbidden")
        marked = self.page.evaluate("String(window.outside)")
        ran = [] if marked == "undefined" else [f"window.outside is {marked}"]
        return [*self.left, *self.ran, *ran, *refused, *made]
