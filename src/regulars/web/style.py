"""One stylesheet, made of the tokens, the parts and the `page.css` beside each page."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

HERE = Path(__file__).resolve().parent
LAYERS = ("reset", "tokens", "base", "layout", "parts", "pages")


def _sources() -> list[tuple[str, Path]]:
    named = [(layer, HERE / "css" / f"{layer}.css") for layer in LAYERS[:4]]
    parts = [("parts", file) for file in sorted((HERE / "parts").glob("*.css"))]
    pages = [("pages", file) for file in sorted((HERE / "pages").glob("*/page.css"))]
    return named + parts + pages


@cache
def style() -> str:
    """Return the whole stylesheet; each file lands in its cascade layer."""
    layers = f"@layer {', '.join(LAYERS)};\n"
    return layers + "".join(
        f"@layer {layer} {{\n{file.read_text(encoding='utf-8')}}}\n" for layer, file in _sources()
    )


@cache
def _packed() -> tuple[str, bytes]:
    text = style().encode()
    return hashlib.blake2s(text, digest_size=6).hexdigest(), gzip.compress(text, mtime=0)


@cache
def style_address() -> str:
    """Return the address of the stylesheet, which changes with its content."""
    return reverse("stylesheet", args=[_packed()[0]])


def stylesheet(request: HttpRequest, digest: str) -> HttpResponse:
    """Answer the stylesheet, kept by browsers for as long as its address is the current one."""
    current, packed = _packed()
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(packed, content_type="text/css; charset=utf-8")
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(style(), content_type="text/css; charset=utf-8")
    fresh = "public, max-age=31536000, immutable" if digest == current else "no-cache"
    response["Cache-Control"] = fresh
    response["Vary"] = "Accept-Encoding"
    return response
