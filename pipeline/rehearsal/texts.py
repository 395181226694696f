"""What offices write: risk points whose text, manifestation and measures belong together."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from pipeline.rehearsal.words import Matter, Pattern, Risk, read_matters, read_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.forms import Field, Form
    from pipeline.forms.kinds import Scope
    from pipeline.model import Office, Person
    from pipeline.rehearsal.bureau import Bureau
