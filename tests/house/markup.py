"""The rules for templates: what a strict content policy, a keyboard and a reader without scripts need."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from tests.house.sources import templates

TAGS = re.compile(r"{%.*?%}|{#.*?#}", re.DOTALL)
VALUES = re.compile(r"{{.*?}}", re.DOTALL)
COMMENTS = re.compile(r"{%\s*comment.*?%}.*?{%\s*endcomment\s*%}", re.DOTALL)
CONTROLS = {"input", "select", "textarea"}
NEED_NO_LABEL = {"hidden", "submit", "button", "reset", "image"}
HTMX_VERBS = {"hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete"}
UNSAFE = re.compile(r"\|\s*safe\b|{%\s*autoescape\s+off|mark_safe")
FAR = re.compile(r"(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE)


@dataclass(frozen=True)
class Element:
    """One start tag: its name, attributes, line, and the names of those around it."""

    name: str
    attributes: dict[str, str]
    line: int
    around: tuple[Element, ...]


class _Reader(HTMLParser):
    VOID = {
        "input",
        "img",
        "br",
        "hr",
        "meta",
        "link",
        "source",
        "wbr",
        "col",
        "area",
        "base",
        "embed",
        "track",
    }

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(
            tag, {name: value or "" for name, value in attrs}, self.getpos()[0], tuple(self.open)
        )
        self.elements.append(element)
        if tag not in self.VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place].name == tag:
                del self.open[place:]
                return


def _blank(found: re.Match[str]) -> str:
    """Return nothing visible, with the same number of lines."""
    return "\n" * found.group().count("\n")


def elements(text: str) -> list[Element]:
    """Return the elements of a template, its tags blanked and its values replaced by a word."""
    reader = _Reader()
    text = COMMENTS.sub(_blank, text)
    text = VALUES.sub(lambda found: "value" + _blank(found), text)
    reader.feed(TAGS.sub(_blank, text))
    return reader.elements


def _inline(element: Element) -> list[str]:
    found = [
        f"{name}= is inline" for name in element.attributes if name == "style" or re.match(r"on[a-z]+$", name)
    ]
    if element.name == "style":
        found.append("<style> is inline")
    kind = element.attributes.get("type", "")
    if element.name == "script" and "src" not in element.attributes and kind != "application/json":
        found.append("<script> is inline")
    if "javascript:" in " ".join(element.attributes.values()).lower():
        found.append("javascript: address")
    return found


def _unlabelled(element: Element, labelled: set[str]) -> list[str]:
    attributes = element.attributes
    if element.name not in CONTROLS or attributes.get("type", "") in NEED_NO_LABEL:
        return []
    named = {"aria-label", "aria-labelledby"} & attributes.keys() or attributes.get("id") in labelled
    within = any(outer.name == "label" for outer in element.around)
    return [] if named or within else [f"<{element.name} name={attributes.get('name', '?')}> has no label"]


def _needs_script(element: Element) -> list[str]:
    """Return why an element with htmx does nothing without JavaScript."""
    if not HTMX_VERBS & element.attributes.keys():
        return []
    form = next((outer for outer in (element, *element.around) if outer.name == "form"), None)
    if element.name == "a" and "href" in element.attributes:
        return []
    # A part that htmx refreshes by itself shows the same thing without it, only older.
    if element.attributes.get("hx-trigger", "").startswith(("every", "load", "revealed")):
        return []
    if form is not None and "action" in form.attributes:
        return []
    return [
        f"<{element.name}> with {'/'.join(sorted(HTMX_VERBS & element.attributes.keys()))} needs JavaScript"
    ]


def _headings(name: str, found: list[Element]) -> list[str]:
    """Return whether a page lacks its heading; that there is only one is seen on the rendered page."""
    is_page = name.startswith("web/pages/") and name.endswith("/page.html")
    lacks = is_page and not any(element.name == "h1" for element in found)
    return ["a page needs an h1"] if lacks else []


def _forms(text: str, found: list[Element]) -> list[str]:
    posts = sum(
        element.name == "form" and element.attributes.get("method", "").lower() == "post" for element in found
    )
    tokens = len(re.findall(r"{%\s*csrf_token\s*%}", text))
    return [f"{posts} forms post and {tokens} carry csrf_token"] if posts > tokens else []


def page_offences(text: str) -> list[str]:
    """Return what is wrong with a page as it reached the browser."""
    found = elements(text)
    labelled = {element.attributes.get("for", "") for element in found if element.name == "label"}
    ids = [element.attributes["id"] for element in found if "id" in element.attributes]
    headings = sum(element.name == "h1" for element in found)
    offences = [
        f"line {element.line}: {words}"
        for element in found
        for words in (*_inline(element), *_unlabelled(element, labelled), *_needs_script(element))
    ]
    offences += [f"id {name} stands twice" for name in sorted({name for name in ids if ids.count(name) > 1})]
    if headings != 1:
        offences.append(f"{headings} first headings")
    if "{{" in text or "{%" in text:
        offences.append("shows its template")
    return offences


def links(text: str) -> set[str]:
    """Return the addresses of this site that a page leads to, forms and htmx included."""
    found = elements(text)
    targets = {
        element.attributes[name].split("#")[0].split("?")[0]
        for element in found
        for name in ("href", "action", "src", *HTMX_VERBS)
        if element.attributes.get(name, "").startswith("/")
    }
    return targets - {""}


def template_offences(folder: Path) -> list[str]:
    """Return what is wrong with the templates below a folder."""
    offences: list[str] = []
    for file in templates(folder):
        text = file.read_text(encoding="utf-8")
        name = file.relative_to(folder).as_posix()
        found = elements(text)
        labelled = {element.attributes.get("for", "") for element in found if element.name == "label"}
        for element in found:
            said = [*_inline(element), *_unlabelled(element, labelled), *_needs_script(element)]
            if element.name == "img" and "alt" not in element.attributes:
                said.append("<img> has no alt")
            offences += [f"{name}:{element.line}: {words}" for words in said]
        offences += [f"{name}:1: {words}" for words in (*_headings(name, found), *_forms(text, found))]
        if UNSAFE.search(text):
            offences.append(f"{name}:1: turns escaping off")
        if FAR.search(text):
            offences.append(f"{name}:1: loads from another host")
    return offences
