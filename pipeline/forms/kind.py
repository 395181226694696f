"""What every kind of cell can do, what it may refer to, and what a typed text means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.vocab import Vocabulary

Alert = Literal["", "stop", "warning", "message"]


@dataclass(frozen=True, slots=True)
class Folded:
    """What a typed text means: the value, the repair rule that changed it, and a finding's code.

    rule is "" where nothing worth telling changed; code is "" where nothing is wrong. rest: what
    else was named and does not count, "" for nothing.
    """

    value: str
    rule: str = ""
    code: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a cell may refer to: the posts and names of one office, and the year of the campaign."""

    posts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    everyone: frozenset[str] = frozenset()
    year: int = 0


@dataclass(frozen=True, slots=True)
class Kind:
    """The behaviour of a cell; each kind overrides what differs."""

    centred: ClassVar[bool] = False
    scoped: ClassVar[bool] = False  # `fold` looks at the office
    free: ClassVar[bool] = False  # the clerk writes sentences

    @property
    def limit(self) -> int:
        """Return the most characters the cell may hold, 0 where that is no question."""
        return 0

    @property
    def alert(self) -> Alert:
        """Return how Excel treats an entry that is not among the options."""
        return ""

    @property
    def insists(self) -> bool:
        """Tell whether an entry that is not among the options is returned."""
        return False

    @property
    def vocabulary(self) -> Vocabulary | None:
        """Return the words the cell takes, None where it takes no vocabulary."""
        return None

    def options(self, scope: Scope) -> tuple[str, ...]:
        """Return the drop-down, in order; () for none."""
        del scope
        return ()

    def fold(self, typed: str, scope: Scope) -> Folded:
        """Return what a typed, non-blank text means."""
        raise NotImplementedError

    def resolve(self, vocabularies: Mapping[str, Vocabulary]) -> Kind:
        """Return the kind with its vocabulary in place of the vocabulary's name."""
        del vocabularies
        return self

    def sample(self, scope: Scope) -> str:
        """Return a value that is right for this office, for examples, rehearsals and tests."""
        raise NotImplementedError

    def example(self, declared: str, scope: Scope) -> str:
        """Return the worked example: the declared one where it fits this bureau, else a sample.

        A sentence is never made up.
        """
        return declared or ("" if self.free else self.sample(scope))
