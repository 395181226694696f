"""Settings of all tests: the same examples at every run, and no test left out where it counts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from canary import Canaries
    from journeys import Circle

    from pipeline.reading.pool import ReadingPool

# The same examples each time and no stopwatch: a red run is a fault, never luck or a busy machine.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.load_profile("steady")

# A test skipped for want of a program proves nothing; in CI everything is installed.
_NONE_LEFT_OUT = os.environ.get("CI") == "true"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the short form in which CI runs the long campaigns."""
    parser.addoption(
        "--short",
        action="store_true",
        help="of each long test one case, none where an ordinary one is",
    )


def _function(item: pytest.Item) -> object:
    return getattr(item, "function", item)


@pytest.hookimpl(tryfirst=True)  # before the markers choose: what CI tried in the ordinary suite
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out all cases but the first of each test that has long ones, in the short form."""
    if not config.getoption("--short"):
        return
    kept: dict[object, pytest.Item] = {}
    tried = {_function(item) for item in items if not item.get_closest_marker("long")}
    for item in items:
        if not item.get_closest_marker("long"):
            kept[item] = item
        elif _function(item) not in tried:
            kept.setdefault(_function(item), item)
    left = set(kept.values())
    config.hook.pytest_deselected(items=[item for item in items if item not in left])
    items[:] = kept.values()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped test into a failed one in CI; an expected failure stays what it is."""
    report = yield
    if not hasattr(report, "wasxfail"):
        _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a skipped module into a failed one in CI."""
    report = yield
    _refuse_skip(report)
    return report


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if _NONE_LEFT_OUT and report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped; in CI nothing may be: {report.longrepr}"


# The package is loaded only by the tests that walk a journey.


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the workspace of a small bureau with its templates issued; for copying only."""
    from journeys import set_up  # noqa: PLC0415

    return set_up(tmp_path_factory.mktemp("prepared") / "bureau")


@pytest.fixture(scope="session")
def prepared_alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the same with 附表1 alone: issuing the forms of persons is half of what it costs."""
    from journeys import set_up, without_personal_forms  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("alone") / "bureau"
    return set_up(folder, adjust=without_personal_forms)


@pytest.fixture(scope="session")
def pool() -> Iterator[ReadingPool]:
    """Yield warm reading processes."""
    from pipeline.reading.limits import Limits  # noqa: PLC0415
    from pipeline.reading.pool import ReadingPool  # noqa: PLC0415

    with ReadingPool(Limits(), workers=1) as reading:
        yield reading


@pytest.fixture
def bureau(request: pytest.FixtureRequest, pool: ReadingPool, tmp_path: Path) -> Iterator[Circle]:
    """Yield a small bureau at work, nothing handed in yet; with 附表1 alone where marked so."""
    from journeys import copied, opened  # noqa: PLC0415

    marker = request.node.get_closest_marker("alone")
    alone = marker is not None and False not in marker.args
    prepared = request.getfixturevalue("prepared_alone" if alone else "prepared")
    circle = opened(copied(prepared, tmp_path / "bureau"), pool)
    with circle.workspace:
        yield circle


@pytest.fixture(scope="session")
def accepted(prepared: Path, pool: ReadingPool, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the workspace after 预算科's 附表1 was accepted in the round of measures."""
    from journeys import PLEDGED, copied, opened  # noqa: PLC0415

    root = copied(prepared, tmp_path_factory.mktemp("accepted") / "bureau")
    circle = opened(root, pool)
    with circle.workspace:
        assert circle.hand_in(circle.fill(PLEDGED)).verdict == "accepted"
    return root


@pytest.fixture(scope="session")
def storied(
    prepared_alone: Path, pool: ReadingPool, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return the workspace after a few days with risk points of every fate; see `stories`."""
    from stories import played  # noqa: PLC0415

    return played(prepared_alone, pool, tmp_path_factory.mktemp("storied") / "bureau")


@pytest.fixture
def issued(accepted: Path, pool: ReadingPool, tmp_path: Path) -> Iterator[Circle]:
    """Yield the bureau at work a day later, with the forms of its people issued."""
    from journeys import copied, opened  # noqa: PLC0415

    circle = opened(copied(accepted, tmp_path / "bureau"), pool)
    circle.later(days=1, minutes=1)
    with circle.workspace:
        yield circle


@pytest.fixture
def returned(bureau: Circle) -> Callable[..., bytes]:
    """Return what fills an office's workbook: returned(table, office=, round_=, card=)."""
    return bureau.fill


@pytest.fixture(scope="session")
def canaries(
    prepared: Path, pool: ReadingPool, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Canaries]:
    """Yield a bureau whose input is full of probes, after its night; for looking only."""
    from canary import lived  # noqa: PLC0415
    from journeys import copied, opened  # noqa: PLC0415

    circle = opened(copied(prepared, tmp_path_factory.mktemp("canaries") / "bureau"), pool)
    with circle.workspace:
        yield lived(circle)
