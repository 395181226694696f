"""Watching the inbox: the scan is the truth, events only wake it, a child does the deciding."""

from pipeline.watch.loop import REAL, Machinery, watch

__all__ = ["REAL", "Machinery", "watch"]
