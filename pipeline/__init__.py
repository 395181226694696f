"""The spreadsheet pipeline of the 一岗一预防 campaign."""

__version__ = "0.1.0"
