"""The workbooks given to people: the register, the statistics, the progress, the night."""

from pipeline.summaries.edition import Edition, legend_line
from pipeline.summaries.night import night_book
from pipeline.summaries.progress import progress_book
from pipeline.summaries.register import register_book
from pipeline.summaries.statistics import statistics_book

__all__ = [
    "Edition",
    "legend_line",
    "night_book",
    "progress_book",
    "register_book",
    "statistics_book",
]
