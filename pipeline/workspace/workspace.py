"""Opening a workspace: nothing is touched before configuration and roster are right."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pipeline import clock
from pipeline.errors import ConfigError, UsageError
from pipeline.files import operations
from pipeline.forms import FORMS
from pipeline.forms.review import DESK_FORMS
from pipeline.forms.tailor import misfits, tailor
from pipeline.ledger import snapshots
from pipeline.ledger.backup import KEY
from pipeline.ledger.store import nothing_filed, open_ledger
from pipeline.roster import Roster
from pipeline.settings import CONFIG_NAME, default_text, parse, read_settings
from pipeline.workspace.paths import ROSTER_NAME, Paths, make_folders, paths_of
from pipeline.workspace.roster_file import keep_parsed, read_roster

if TYPE_CHECKING:
    from datetime import date

    from pipeline.clock import Clock
    from pipeline.forms import Form
    from pipeline.forms.kind import Scope
    from pipeline.ledger.rows import Snapshot
    from pipeline.ledger.store import Ledger
    from pipeline.settings import Settings

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything a step needs.

    desk: the forms in which the group decides. config, roster_hash: the snapshots now in force.
    secret: makes the check characters of 表号. now: the clock; tests and rehearsals feed it.
    """

    paths: Paths
    settings: Settings
    forms: tuple[Form, ...]
    desk: tuple[Form, ...]
    roster: Roster
    ledger: Ledger
    config: str
    roster_hash: str
    secret: bytes
    now: Clock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.ledger.close()

    @property
    def today(self) -> date:
        """Return the Shanghai day."""
        return clock.local_date(self.now())

    def as_of(self, day: date) -> Workspace:
        """Return the workspace with the configuration and the roster in force at the end of `day`.

        What is made with one of an earlier day gets a place of its own in the outbox.

        Raises:
            UsageError: the day has not come yet, or nothing was on record on it.
            ConfigError: this program understands that configuration or roster no longer.
        """
        if day > self.today:
            message = f"{day}还没有到。请改成今天或以前的日子。"
            raise UsageError(message)
        past = day < clock.night_of(self.now())
        then = replace(self, paths=self.paths.as_of(day)) if past else self
        config, roster = _in_force(self, day)
        if (config.hash, roster.hash) == (self.config, self.roster_hash):
            return then
        settings = _settings_of(config, snapshots.read(self.ledger.archive, config), day)
        known, data = read_roster(
            snapshots.place(self.ledger.archive, roster), self.ledger.archive, settings
        )
        keep_parsed(self.ledger.archive, known, data, settings)
        return replace(
            then,
            settings=settings,
            forms=tuple(tailor(form, settings) for form in FORMS),
            desk=tuple(tailor(form, settings) for form in DESK_FORMS),
            roster=known,
            config=config.hash,
            roster_hash=roster.hash,
        )

    def scope(self, office: str) -> Scope:
        """Return what the cells of an office's forms may refer to."""
        return self.roster.scope(office, self.settings.campaign.year)


def open_workspace(root: Path, *, now: Clock = clock.system, check: bool = True) -> Workspace:
    """Open the workspace in `root`.

    check: look through the database first; False for quick questions such as `status`.

    Raises:
        UsageError: there is no config.toml, or a folder of it is not there.
        ConfigError: configuration or roster have faults; all of both are told.
        StorageError: the archive cannot be used.
    """
    root = root.resolve()
    settings, config = _settings_and_roster_faults(root)
    paths = paths_of(root, settings)
    roster, roster_data = read_roster(root / ROSTER_NAME, paths.archive, settings)
    make_folders(paths)
    ledger = open_ledger(paths.archive, clock=now, check=check)
    try:
        config_hash = snapshots.keep(ledger, "config", CONFIG_NAME, config)
        roster_hash = snapshots.keep(ledger, "roster", ROSTER_NAME, roster_data)
        keep_parsed(paths.archive, roster, roster_data, settings)
        secret = _secret(ledger)
    except BaseException:
        ledger.close()
        raise
    return Workspace(
        paths=paths,
        settings=settings,
        forms=tuple(tailor(form, settings) for form in FORMS),
        desk=tuple(tailor(form, settings) for form in DESK_FORMS),
        roster=roster,
        ledger=ledger,
        config=config_hash,
        roster_hash=roster_hash,
        secret=secret,
        now=now,
    )


def _in_force(workspace: Workspace, day: date) -> tuple[Snapshot, Snapshot]:
    """Return the configuration and the roster of a day.

    Raises:
        UsageError: the workspace was not there yet.
    """
    with workspace.ledger.reading() as db:
        config = snapshots.valid_on(db, "config", day)
        roster = snapshots.valid_on(db, "roster", day)
        begun = snapshots.first(db, "roster")
    if config is None or roster is None:
        since = clock.local_date(begun.valid_from) if begun else workspace.today
        message = f"{day}还没有档案，这个工作文件夹从{since}开始使用。请改成那天或以后的日子。"
        raise UsageError(message)
    return config, roster


def _settings_of(snapshot: Snapshot, data: bytes, day: date) -> Settings:
    """Return a configuration of an earlier day; its faults name the day."""
    source = f"{day}的{snapshot.name}"
    try:
        settings = parse(data)
    except ConfigError as error:
        raise ConfigError(source, error.problems) from None
    faults = list(misfits(FORMS, settings, data))
    if faults:
        raise ConfigError(source, faults)
    return settings


def lone_workspace(settings: Settings, *, now: Clock = clock.system) -> Workspace:
    """Return what a file is checked by where there is no workspace; nothing is read or written.

    Nobody is on its roster, nothing is filed, and its key proves no 表号.
    """
    nowhere = paths_of(Path("-"), settings)
    return Workspace(
        paths=nowhere,
        settings=settings,
        forms=tuple(tailor(form, settings) for form in FORMS),
        desk=tuple(tailor(form, settings) for form in DESK_FORMS),
        roster=Roster((), ()),
        ledger=nothing_filed(nowhere.archive, clock=now),
        config="",
        roster_hash="",
        secret=secrets.token_bytes(_KEY_BYTES),
        now=now,
    )


def read_workspace_settings(root: Path) -> tuple[Settings, bytes]:
    """Return the configuration of a workspace, with its columns held against the forms.

    Raises:
        UsageError, ConfigError: as `open_workspace`.
    """
    settings, data = read_settings(root / CONFIG_NAME)
    faults = list(misfits(FORMS, settings, data))
    if faults:
        raise ConfigError(CONFIG_NAME, faults)
    return settings, data


def _settings_and_roster_faults(root: Path) -> tuple[Settings, bytes]:
    """Return the configuration; where it has faults, tell those of the roster with them."""
    try:
        return read_workspace_settings(root)
    except ConfigError as error:
        default = parse(
            default_text(year=clock.local_date(clock.system()).year, bureau="x").encode()
        )
        try:
            read_roster(root / ROSTER_NAME, root / default.folders.archive, default)
        except ConfigError as other:
            msg = f"{error.source} 和 {other.source}"
            raise ConfigError(msg, [*error.problems, *other.problems]) from None
        raise


def _secret(ledger: Ledger) -> bytes:
    """Return the key of the check characters; a new archive gets a random one."""
    path = ledger.archive / KEY
    with ledger.opening():
        if not path.exists():
            operations.write_new(path, secrets.token_bytes(_KEY_BYTES), private=True)
    return operations.read_bytes(path)
