"""config.toml as frozen objects; every fault is told at once, with key, line and remedy."""

from pipeline.settings.load import CONFIG_NAME, default_text, located, parse, read_settings
from pipeline.settings.schema import Column, Deadline, Round, Settings

__all__ = [
    "CONFIG_NAME",
    "Column",
    "Deadline",
    "Round",
    "Settings",
    "default_text",
    "located",
    "parse",
    "read_settings",
]
