"""The same parts give the same package, whenever, wherever and in whatever order it was made."""

from __future__ import annotations

import io
import zipfile

from pipeline.files.seal import seal


def package(names: list[str], year: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name in names:
            made.writestr(zipfile.ZipInfo(name, (year, 5, 6, 7, 8, 10)), f"<{name}/>" * 50)
    return target.getvalue()


NAMES = ["word/document.xml", "[Content_Types].xml", "_rels/.rels", "docProps/core.xml"]


def test_date_and_order_leave_no_trace():
    assert seal(package(NAMES, 2011)) == seal(package(NAMES[::-1], 2024))


def test_a_sealed_package_stays_as_it_is():
    sealed = seal(package(NAMES, 2011))
    assert seal(sealed) == sealed


def test_content_types_come_first_and_the_rest_is_sorted():
    with zipfile.ZipFile(io.BytesIO(seal(package(NAMES, 2011)))) as sealed:
        assert sealed.namelist() == ["[Content_Types].xml", *sorted(set(NAMES) - {NAMES[1]})]


def test_every_part_keeps_its_content():
    with zipfile.ZipFile(io.BytesIO(seal(package(NAMES, 2011)))) as sealed:
        assert all(sealed.read(name) == f"<{name}/>".encode() * 50 for name in NAMES)


def test_the_entries_name_no_machine_and_no_time():
    with zipfile.ZipFile(io.BytesIO(seal(package(NAMES, 2011)))) as sealed:
        entries = sealed.infolist()
    assert {(one.date_time, one.create_system) for one in entries} == {((1980, 1, 1, 0, 0, 0), 0)}
