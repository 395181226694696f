"""Pages that open by double click: self-contained html, no script, nothing from outside."""

from pipeline.site.pages import night_page, receipt_page
from pipeline.site.receipt import LevelCount, Receipt

__all__ = ["LevelCount", "Receipt", "night_page", "receipt_page"]
