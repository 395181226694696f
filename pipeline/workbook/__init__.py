"""Workbooks as files: the one room that knows what an xlsx is made of."""
