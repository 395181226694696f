"""Volumes as Word and PDF: pure functions from a `Volume` to bytes; the caller publishes them."""
