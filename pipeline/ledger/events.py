"""Events: one row a change, written with the change, and the chained lines that mirror them.

A line is canonical JSON. `prev` is the SHA-256 of the line before, `hash` that of the line itself
without `hash`: a changed byte is found in its own line, a missing or swapped line in the next.
"""

from __future__ import annotations

import hashlib
import json
from itertools import zip_longest
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from pipeline.files import operations
from pipeline.ledger.columns import canonical, written
from pipeline.ledger.rows import Event, Head
from pipeline.ledger.tables import event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from pipeline.ledger.rows import Facts
    from pipeline.ledger.transaction import Transaction


def add(tx: Transaction, kind: str, arrival: int | None, payload: Facts) -> None:
    """Record one change; for the functions that make it, in the same transaction."""
    tx.connection.execute(
        insert(event).values(at=tx.at, kind=kind, arrival=arrival, payload=payload)
    )


def after(db: Connection, seq: int) -> Iterator[Event]:
    """Yield the events that follow number `seq`, in order."""
    query = select(event).where(event.c.seq > seq).order_by(event.c.seq)
    for row in db.execute(query).mappings():
        yield Event(**row)


def of_arrival(db: Connection, arrival: int) -> tuple[Event, ...]:
    """Return the life of one arrival, in order."""
    query = select(event).where(event.c.arrival == arrival).order_by(event.c.seq)
    return tuple(Event(**row) for row in db.execute(query).mappings())


def last_seq(db: Connection) -> int:
    """Return the number of the last event, 0 where there is none."""
    return db.scalar(select(func.max(event.c.seq))) or 0


def line(happened: Event, prev: str) -> bytes:
    """Return the audit line of an event, without its line end."""
    body: dict[str, object] = {
        "seq": happened.seq,
        "at": written(happened.at),
        "kind": happened.kind,
        "arrival": happened.arrival,
        "payload": dict(happened.payload),
        "prev": prev,
    }
    return canonical(body | {"hash": _digest(canonical(body).encode())}).encode()


def head_of(text: bytes) -> Head:
    """Return the place in the chain of one complete audit line.

    Raises:
        ValueError: it is no audit line.
    """
    try:
        return Head(seq=int(json.loads(text)["seq"]), sha256=_digest(text))
    except (KeyError, TypeError) as error:
        raise ValueError(text[:40]) from error


def verify(audit: Path, anchor: Head | None = None) -> int | None:
    """Return the number of the first bad line of an audit file, None if the chain is whole.

    anchor: a head that was printed earlier; a file that ends before it, or says otherwise at that
    line, has lost its tail or was rewritten.
    """
    head = Head()
    with operations.open_read(audit) as lines:
        for number, text in enumerate(lines, start=1):
            head = _next_head(text, head)
            if head.seq != number or (anchor and anchor.seq == number and anchor != head):
                return number
    return head.seq + 1 if anchor and anchor.seq > head.seq else None


def first_difference(db: Connection, audit: Path) -> int | None:
    """Return the number of the first line that is not what the register says, None if all are."""
    prev = ""
    with operations.open_read(audit) as lines:
        for number, (happened, text) in enumerate(zip_longest(after(db, 0), lines), start=1):
            expected = line(happened, prev) if happened else b""
            if text != expected + b"\n":
                return number
            prev = _digest(expected)
    return None


def _next_head(text: bytes, before: Head) -> Head:
    """Return the head after a good line, a head of number 0 after a bad one."""
    body = text.removesuffix(b"\n")
    try:
        facts = json.loads(body)
        claimed = facts.pop("hash")
        genuine = (
            body != text
            and canonical(facts | {"hash": claimed}).encode() == body
            and claimed == _digest(canonical(facts).encode())
            and (facts["seq"], facts["prev"]) == (before.seq + 1, before.sha256)
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return Head()
    return Head(seq=facts["seq"], sha256=_digest(body)) if genuine else Head()


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
