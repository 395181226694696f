"""Patching of a returned xlsx: only the parts that must change are rewritten."""
