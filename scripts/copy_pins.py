"""Copy the versions of requirements.lock to [tool.uv] of pyproject.toml, so that uv keeps to them.

uv's own lock file names the index it was made from, which never belongs into a repository.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_LOCKED = re.compile(r"(?m)^([a-z0-9][^\n\\]*?) *\\?$")
_CONSTRAINTS = re.compile(r"(?ms)^constraint-dependencies = \[\n.*?^\]$")


def main() -> None:
    """Rewrite the list in place."""
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    lines = "".join(f'    "{pin}",\n' for pin in _LOCKED.findall(lock))
    path = ROOT / "pyproject.toml"
    project = path.read_text("utf-8")
    changed, count = _CONSTRAINTS.subn(f"constraint-dependencies = [\n{lines}]", project)
    if count != 1:
        message = "pyproject.toml has no list constraint-dependencies"
        raise SystemExit(message)
    path.write_text(changed, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
