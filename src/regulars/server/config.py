"""Every setting that an environment variable can change; docs/reference/settings.md is made from it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from regulars.insight.errors import RegularsError


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, read from REGULARS_<NAME> or from the file that REGULARS_<NAME>_FILE names."""

    name: str
    default: str
    help: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """Return the name of the environment variable."""
        return self.name if self.name == "DATABASE_URL" else f"REGULARS_{self.name}"


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "HOME", "", "Folder for database, segments, uploads and keys. Empty: the platform's data folder."
    ),
    Setting(
        "DATABASE_URL", "", "postgresql://… for PostgreSQL. Empty: SQLite under REGULARS_HOME.", secret=True
    ),
    Setting(
        "URL", "http://localhost:8000", "The address people use. https turns on secure cookies and HSTS."
    ),
    Setting("PLAIN_HTTP", "no", "yes: serve other machines without TLS. Every page then says so."),
    Setting("TRUST_PROXY", "no", "yes: believe X-Forwarded-Proto and X-Forwarded-For of your own proxy."),
    Setting(
        "SECRET_KEY",
        "",
        "Signs sessions and links. Empty: made once and kept in REGULARS_HOME/keys.",
        secret=True,
    ),
    Setting("DEMO", "no", "yes: visitors from this machine are signed in as the demo's admin."),
    Setting("ENGINE", "duckdb", "duckdb on this machine, or spark for facts that outgrew it."),
    Setting("SPARK_MASTER", "local[2]", "Spark master address, when REGULARS_ENGINE is spark."),
    Setting("ENGINE_MEMORY", "448MB", "Memory the insight engine may use before it spills to disk."),
    Setting("REQUIRE_SECOND_FACTOR", "", "yes or no. Empty: yes when REGULARS_URL is https."),
    Setting("MAIL_URL", "", "smtp://user:password@host:port for mail. Empty: no mail is sent.", secret=True),
)

BY_NAME = {setting.name: setting for setting in SETTINGS}


def setting(name: str) -> str:
    """Return the value of one setting: environment, then file, then default."""
    declared = BY_NAME[name]
    value = os.environ.get(declared.variable)
    if value is not None:
        return value
    file = os.environ.get(f"{declared.variable}_FILE")
    if file is None:
        return declared.default
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise RegularsError(
            "setting-file-unreadable",
            f"{declared.variable}_FILE names {file}, which cannot be read ({error.strerror}). "
            "Correct the path or its permissions.",
        ) from error


def switched_on(name: str) -> bool:
    """Return whether a yes/no setting says yes.

    Raises
    ------
    RegularsError
        ``setting-not-yes-or-no`` when it is neither.
    """
    value = setting(name).strip().lower()
    if value in {"yes", "true", "1", "on"}:
        return True
    if value in {"no", "false", "0", "off", ""}:
        return False
    raise RegularsError(
        "setting-not-yes-or-no", f"{BY_NAME[name].variable} is {value!r}. Set it to yes or no."
    )


def home() -> Path:
    """Return the folder that holds all state, made if missing and readable by its owner alone."""
    chosen = setting("HOME")
    if chosen:
        folder = Path(chosen).expanduser()
    else:
        base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
        folder = Path(base) / "regulars"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder.resolve()
