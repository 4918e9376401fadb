"""Only shapes and words pass: no style, script, address, event or font of elsewhere."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from django.utils.safestring import SafeString, mark_safe

SVG = "http://www.w3.org/2000/svg"
SHAPES = frozenset(
    {"svg", "g", "path", "text", "tspan", "rect", "line", "circle", "defs", "clipPath", "title", "desc"}
)
ATTRIBUTES = frozenset(
    {
        "width", "height", "viewBox", "transform", "d", "x", "y", "dy", "x1", "y1", "x2", "y2", "cx", "cy",
        "r", "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity",
        "stroke-miterlimit", "stroke-linecap", "stroke-linejoin", "opacity", "text-anchor", "font-family",
        "font-size", "font-weight", "clip-path", "id",
    }
)  # fmt: skip
BETWEEN = "\n\n"
"""Between the drawing of a result and the one for narrow screens, which both hold no empty line."""
_LOCAL_CLIP = re.compile(r"url\(#([\w-]+)\)")
_PLAIN = re.compile(r"[^<>&\"]*")


def _name(element: ET.Element) -> str:
    space, _, name = element.tag.rpartition("}")
    return name if space in {"", "{" + SVG} else ""


def _invisible(element: ET.Element) -> bool:
    return element.get("opacity") == "0" or element.get("display") == "none" or element.get("d") == ""


def _kept(element: ET.Element, key: str) -> Iterator[tuple[str, str]]:
    for name, value in element.items():
        if name not in ATTRIBUTES or not _PLAIN.fullmatch(value):
            continue
        if name == "id":
            yield name, value if value.startswith(f"{key}-") else f"{key}-{value}"
        elif name == "clip-path":
            local = _LOCAL_CLIP.fullmatch(value)
            if local:
                inner = local[1]
                yield name, f"url(#{inner if inner.startswith(f'{key}-') else f'{key}-{inner}'})"
        elif "url(" not in value.lower():
            yield name, value


def _copy(element: ET.Element, key: str) -> ET.Element:
    copy = ET.Element(f"{{{SVG}}}{_name(element)}", dict(_kept(element, key)))
    copy.text = element.text
    copy.extend(_copy(child, key) for child in element if _name(child) in SHAPES and not _invisible(child))
    return copy


def _words(root: ET.Element, name: str, key: str, text: str | None) -> None:
    held = root.find(f"{{{SVG}}}{name}")
    if held is None:
        if not text:
            return
        held = ET.Element(f"{{{SVG}}}{name}", {"id": f"{key}-{name}"})
        root.insert(0 if name == "title" else 1, held)
    if text:
        held.text = text


def cleaned(svg: str, *, key: str, title: str | None = None, reading: str | None = None) -> str:
    """Return the drawing with a title and a reading for screen readers, and nothing but shapes and words.

    Raises
    ------
    ValueError
        When it is not one SVG drawing.
    """
    if "<!" in svg:
        raise ValueError("A drawing holds neither document types nor comments.")
    # Entities and document types were refused above; they are what makes parsing unsafe.
    source = ET.fromstring(svg)  # noqa: S314
    if _name(source) != "svg":
        raise ValueError("A drawing is one svg element.")
    root = _copy(source, key)
    _words(root, "title", key, title)
    _words(root, "desc", key, reading)
    root.set("class", "chart")
    root.set("role", "img")
    held = [name for name in ("title", "desc") if root.find(f"{{{SVG}}}{name}") is not None]
    root.set("aria-labelledby", " ".join(f"{key}-{name}" for name in held))
    # Said each time: the register is the whole process's, and another library may have put a prefix there.
    ET.register_namespace("", SVG)
    return ET.tostring(root, encoding="unicode")


def figure(key: str, drawing: str) -> SafeString:
    """Return stored drawings for the page, cleaned again: what lies in a database is not trusted."""
    wide, _, narrow = drawing.partition(BETWEEN)
    drawings = [(key, wide), (f"{key}-narrow", narrow)]
    shown = "".join(cleaned(svg, key=name) for name, svg in drawings if svg)
    return mark_safe(shown)  # noqa: S308
