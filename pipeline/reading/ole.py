"""Old binary files: a workbook, an encrypted one, or something else in the same wrapping."""

from __future__ import annotations

from io import BytesIO

import msoffcrypto
from msoffcrypto.exceptions import FileFormatError

from pipeline.reading.limits import Refusal


def check_ole(data: bytes) -> None:
    """Let a BIFF workbook pass. Raises Refusal ENCRYPTED or NOT_WORKBOOK."""
    try:
        file = msoffcrypto.OfficeFile(BytesIO(data))
    except FileFormatError as error:
        raise Refusal(reason="NOT_WORKBOOK") from error
    if file.is_encrypted():
        raise Refusal(reason="ENCRYPTED")
    if file.format != "xls97":
        raise Refusal(reason="NOT_WORKBOOK")
