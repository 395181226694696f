"""Write the blank specimens that lie in templates/xlsx/空白样表; `make specimens`."""

from __future__ import annotations

from pathlib import Path

from pipeline.rehearsal.specimens import specimens

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "xlsx" / "空白样表"


def main() -> None:
    """Rewrite the folder."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.xlsx"):
        old.unlink()
    for name, content in specimens().items():
        (FOLDER / name).write_bytes(content)
        print(f"{name}: {len(content)} bytes")


if __name__ == "__main__":
    main()
