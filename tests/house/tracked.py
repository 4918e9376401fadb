"""What must never be committed: addresses of registries, paths of one machine, secrets, lock files of tools."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.house.sources import ROOT

# Spelled with brackets, so that this file does not hold what it looks for.
PATTERNS = {
    "the address of a registry": re.compile(
        r"files[.]pythonhosted[.]|pypi[.]org|registry[.]npmjs|--[e]xtra-index-url|--[f]ind-links"
    ),
    "a path of one machine": re.compile(r"(?<![\w./-])/([w]ork|[r]oot|[h]ome/[a-z]+|opt/[p]ypi)/"),
    "a word on how it was built": re.compile(
        r"\b[Ii]ssue #?\d|\b[Cc]laude\b|[C]hatGPT|\b[C]opilot\b|\b[A]I-generated|\b(?:[M]ISSION|[D]ESIGN|[S]CIENCE|[S]PIKES)\b"
    ),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*[P]RIVATE KEY-----"),
}
BINARY = {".png", ".jpg", ".ico", ".woff2", ".parquet", ".xlsx", ".gz", ".zip"}
LOCKS = {"uv.lock", "poetry.lock", "package-lock.json", "yarn.lock", "Pipfile.lock", ".npmrc", "pip.conf"}
LARGEST = 600_000


def tracked_files(root: Path = ROOT) -> list[Path]:
    """Return the files that git knows."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    ).stdout
    return [root / name for name in listed.split("\0") if name and (root / name).is_file()]


def unfit(files: list[Path], root: Path = ROOT) -> list[str]:
    """Return what does not belong in a repository."""
    found: list[str] = []
    for file in files:
        name = file.relative_to(root).as_posix()
        if file.name in LOCKS:
            found.append(f"{name}: records where packages came from; pin in requirements/ instead")
        if file.stat().st_size > LARGEST:
            found.append(f"{name}: {file.stat().st_size:,} bytes")
        if file.suffix in BINARY:
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            found += [
                f"{name}:{number}: {words}" for words, pattern in PATTERNS.items() if pattern.search(line)
            ]
    return found
