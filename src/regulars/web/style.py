"""The stylesheets: one for colleagues, made of the tokens, the parts and the `page.css` beside each page; a
small one for public pages."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

HERE = Path(__file__).resolve().parent
LAYERS = ("reset", "tokens", "base", "layout", "parts", "pages")
PUBLIC = ("reset", "tokens", "public")


def _sources() -> list[tuple[str, Path]]:
    named = [(layer, HERE / "css" / f"{layer}.css") for layer in LAYERS[:4]]
    parts = [("parts", file) for file in sorted((HERE / "parts").glob("*.css"))]
    pages = [("pages", file) for file in sorted((HERE / "pages").glob("*/page.css"))]
    return named + parts + pages


def _public_sources() -> list[tuple[str, Path]]:
    named = [(layer, HERE / "css" / f"{layer}.css") for layer in PUBLIC[:2]]
    return [*named, ("public", HERE / "public" / "public.css")]


def _joined(layers: tuple[str, ...], sources: list[tuple[str, Path]]) -> str:
    """Return one stylesheet; each file lands in its cascade layer."""
    return f"@layer {', '.join(layers)};\n" + "".join(
        f"@layer {layer} {{\n{file.read_text(encoding='utf-8')}}}\n" for layer, file in sources
    )


@cache
def style() -> str:
    """Return the whole stylesheet of colleagues' pages."""
    return _joined(LAYERS, _sources())


@cache
def public_style() -> str:
    """Return the stylesheet of public pages."""
    return _joined(PUBLIC, _public_sources())


def _digest(sheet: str) -> str:
    return hashlib.blake2s(sheet.encode(), digest_size=6).hexdigest()


@cache
def _packed(sheet: str) -> bytes:
    return gzip.compress(sheet.encode(), mtime=0)


@cache
def style_address() -> str:
    """Return the address of the stylesheet, which changes with its content."""
    return reverse("stylesheet", args=[_digest(style())])


@cache
def public_style_address() -> str:
    """Return the address of the stylesheet of public pages."""
    return reverse("stylesheet", args=[_digest(public_style())])


def stylesheet(request: HttpRequest, digest: str) -> HttpResponse:
    """Answer a stylesheet, kept by browsers for as long as its address is a current one."""
    sheet = public_style() if digest == _digest(public_style()) else style()
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(_packed(sheet), content_type="text/css; charset=utf-8")
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(sheet, content_type="text/css; charset=utf-8")
    fresh = "public, max-age=31536000, immutable" if digest == _digest(sheet) else "no-cache"
    response["Cache-Control"] = fresh
    response["Vary"] = "Accept-Encoding"
    return response
