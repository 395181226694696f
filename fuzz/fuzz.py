"""Fuzz one target: `python fuzz/fuzz.py guard FOLDER [options of libFuzzer]`."""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["pipeline.reading", "pipeline.workbook"]):
    from targets import TARGETS, write_seeds


def main() -> None:
    """Run libFuzzer; it ends this process, with 0 where nothing was found."""
    name, folder, *options = sys.argv[1:]
    write_seeds(name, Path(folder))
    atheris.Setup([sys.argv[0], folder, *options], TARGETS[name][0])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
