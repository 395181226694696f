"""Fuzz all targets, one after the other: `python fuzz/campaign.py --seconds 1200`.

Wants atheris (requirements-fuzz.lock; CPython 3.11 to 3.13 on Linux). What was found lies in
.fuzz/<target>/, what was learnt in .fuzz/<target>/corpus. Every find becomes a case of
tests/hostile. The exit code is 1 where something was found.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
TARGETS = ("guard", "part", "marking", "codec")
_FOUND = re.compile(r"#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+)")


def main() -> None:
    """Fuzz each target for its share of the time and print what it did."""
    parser = argparse.ArgumentParser(description="Fuzz guard, reader, patcher and codec.")
    parser.add_argument("--seconds", type=int, default=1200, help="of all targets together (1200)")
    parser.add_argument("--target", choices=TARGETS, action="append", help="only this one")
    wanted = parser.parse_args()
    targets = wanted.target or TARGETS
    failed = [name for name in targets if not fuzz(name, max(1, wanted.seconds // len(targets)))]
    sys.exit(1 if failed else 0)


def fuzz(target: str, seconds: int) -> bool:
    """Fuzz one target; tell whether nothing was found."""
    folder = HERE.parent / ".fuzz" / target
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    options = (
        f"-max_total_time={seconds}",
        "-timeout=5",
        "-rss_limit_mb=1024",
        "-max_len=65536",
        f"-artifact_prefix={folder}/",
        "-print_final_stats=1",
    )
    command = [sys.executable, str(HERE / "fuzz.py"), target, str(folder / "corpus"), *options]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False, cwd=HERE)
    steps = [tuple(map(int, found)) for found in _FOUND.findall(done.stderr)]
    first, last = (steps[0], steps[-1]) if steps else ((0, 0, 0), (0, 0, 0))
    print(
        f"{target}: {last[0]} executions, coverage {first[1]} to {last[1]}, "
        f"features {first[2]} to {last[2]}, {'found' if done.returncode else 'nothing found'}"
    )
    if done.returncode:
        print(done.stderr[-6_000:])
    return done.returncode == 0


if __name__ == "__main__":
    main()
