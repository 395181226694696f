"""Pages that open by double click: self-contained html, no script, nothing from outside."""

from pipeline.site.notice import Notice
from pipeline.site.receipt import LevelCount, Receipt
from pipeline.site.rendering import night_page, notice_page, receipt_page

__all__ = ["LevelCount", "Notice", "Receipt", "night_page", "notice_page", "receipt_page"]
