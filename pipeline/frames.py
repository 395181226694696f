"""pandas as this program uses it; the one module that loads it.

Where pyarrow is installed (the extra `parquet`) pandas would keep text in it, and sort, compare and
match in another library than on the machine next door. Text stays Python's own everywhere.
"""

import pandas as pd

pd.set_option("mode.string_storage", "python")

__all__ = ["pd"]
