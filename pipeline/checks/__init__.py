"""Checking a block of parts as one frame: normalise, then rules that yield findings."""
