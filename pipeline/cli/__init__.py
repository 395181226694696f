"""The command line: what people type; everything heavy is imported inside the commands."""

from pipeline.cli.app import main

__all__ = ["main"]
