"""What every test may ask for: the cast, clients, a real browser, a closed network."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

pytest_plugins = ["tests.engines.cluster"]

AXE = Path(__file__).parent.parent / ".tools" / "node_modules" / "axe-core" / "axe.min.js"
PASSWORD = "a long pass phrase for the cast"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
]


# No test may fail because the machine was busy; in CI the examples are the same on every run.
hypothesis.settings.register_profile(
    "house",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize="CI" in os.environ,
    database=None,
    print_blob=True,
)
hypothesis.settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they ask for, so that `-m "not browser and not spark"` leaves the quick ones."""
    for item in items:
        asked_for = set(getattr(item, "fixturenames", ()))
        if "chromium" in asked_for:
            item.add_marker(pytest.mark.browser)
        if "spark_master" in asked_for:
            item.add_marker(pytest.mark.spark)


# --- the network ends at loopback ---


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in {"", "localhost", "testserver"}


@pytest.fixture(scope="session", autouse=True)
def closed_network() -> Iterator[None]:
    """Refuse every connection and every look-up that would leave this machine."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def refuse_far(host: Any) -> None:
        if isinstance(host, bytes):
            host = host.decode()
        if host is not None and not _is_loopback(str(host)):
            raise OSError(f"A test tried to reach {host}. Tests stay on this machine.")

    def guarded(real: Callable[..., Any]) -> Callable[..., Any]:
        def connecting(self: socket.socket, address: Any) -> Any:
            if self.family in {socket.AF_INET, socket.AF_INET6}:
                refuse_far(address[0])
            return real(self, address)

        return connecting

    def guarded_look_up(host: Any, *arguments: Any, **named: Any) -> Any:
        refuse_far(host)
        return look_up(host, *arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(connect))
        patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


# --- the cast: on every page and endpoint ---


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The cast's password, hashed once: Argon2 is slow on purpose."""
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD)


def _join(name: str, role: str, password_hash: str) -> Any:
    from regulars.records.models import Colleague

    return Colleague.objects.create(
        email=f"{name.lower()}@example.org", name=name, role=role, password=password_hash
    )


@pytest.fixture
def ana(db: None, password_hash: str) -> Any:
    """Ana, an admin."""
    return _join("Ana", "admin", password_hash)


@pytest.fixture
def max(db: None, password_hash: str) -> Any:
    """Max, a member."""
    return _join("Max", "member", password_hash)


@pytest.fixture
def vic(db: None, password_hash: str) -> Any:
    """Vic, a viewer."""
    return _join("Vic", "viewer", password_hash)


def _signed_in(colleague: Any = None) -> Any:
    from django.conf import settings
    from django.test import Client

    client = Client()
    if colleague is not None:
        client.force_login(colleague, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def as_ana(ana: Any) -> Any:
    """A client signed in as Ana, an admin."""
    return _signed_in(ana)


@pytest.fixture
def as_max(max: Any) -> Any:
    """A client signed in as Max, a member."""
    return _signed_in(max)


@pytest.fixture
def as_vic(vic: Any) -> Any:
    """A client signed in as Vic, a viewer."""
    return _signed_in(vic)


@pytest.fixture
def as_nobody(db: None) -> Any:
    """A client that has not signed in."""
    return _signed_in()


@pytest.fixture
def cast(as_ana: Any, as_max: Any, as_vic: Any, as_nobody: Any) -> dict[str, Any]:
    """The four clients by role: admin, member, viewer, nobody."""
    return {"admin": as_ana, "member": as_max, "viewer": as_vic, "nobody": as_nobody}


# --- a real browser ---


def _chromium_path() -> str:
    path = os.environ.get("REGULARS_TEST_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is missing: install it, or name it in REGULARS_TEST_CHROMIUM.")
    return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium, started once."""
    path = _chromium_path()
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread; Django would take that for asynchronous code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Open pages of a running server: ``browse("/customers", client=as_ana, width=360, theme="dark")``.

    The page is signed in as `client` is. A script error or a breach of the content policy fails the test.
    """
    contexts: list[Any] = []
    complaints: list[str] = []

    def listen(page: Any) -> Any:
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda line: (
                complaints.append(f"{page.url}: {line.text}")
                if "Content Security Policy" in line.text
                else None
            ),
        )
        return page

    def open_page(
        path: str = "/",
        *,
        client: Any = None,
        width: int = 1280,
        height: int = 900,
        theme: str = "light",
        javascript: bool = True,
    ) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            java_script_enabled=javascript,
            reduced_motion="reduce",
            base_url=live_server.url,
        )
        contexts.append(context)
        if client is not None:
            context.add_cookies(
                [
                    {"name": name, "value": morsel.value, "url": live_server.url}
                    for name, morsel in client.cookies.items()
                ]
            )
        page = listen(context.new_page())
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def axe() -> Callable[[Any], list[str]]:
    """Return a check: what axe-core finds wrong on a page, one line for each element."""
    if not AXE.exists():
        pytest.skip("axe-core is missing: `make test` fetches it with npm.")
    source = AXE.read_text(encoding="utf-8")

    def violations(page: Any) -> list[str]:
        page.evaluate(source)
        found = page.evaluate("async () => (await axe.run(document)).violations")
        return [
            f"{violation['id']}: {node['target']} {node['html'][:120]} ({violation['help']})"
            for violation in found
            for node in violation["nodes"]
        ]

    return violations
