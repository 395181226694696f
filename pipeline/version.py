"""The version of the program: it stands on every output and decides what a kept roster means."""

__version__ = "0.1.0"
