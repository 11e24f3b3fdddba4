"""Zip-based files with the same bytes each time: sorted entries, fixed dates."""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

_EARLIEST = 315532800  # 1980-01-01, the first moment that a zip file can name


def file_time() -> datetime:
    """Return the time that written files carry.

    It is ``SOURCE_DATE_EPOCH`` where that is set, else the start of 1980: the same analysis
    must give the same bytes tomorrow. When a run really happened stands in provenance.json.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    seconds = int(given) if given.isdecimal() else _EARLIEST
    return datetime.fromtimestamp(max(seconds, _EARLIEST), tz=UTC)


def repeatable_zip(
    data: bytes,
    *,
    change: Mapping[str, Callable[[bytes], bytes]] | None = None,
    swap: Mapping[bytes, bytes] | None = None,
) -> bytes:
    """Return a zip file's content with sorted entries and fixed dates.

    ``[Content_Types].xml`` stays first, where readers of Office files look for it.
    ``change`` has by entry name what is to be done to an entry's bytes, and ``swap`` by their
    content what stands for other bytes.
    """
    when = time.gmtime(file_time().timestamp())[:6]
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target,
    ):
        for name in sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            entry = zipfile.ZipInfo(name, date_time=when)
            packed = name.endswith(".png")  # by itself; a second time gains nothing
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            content = source.read(name)
            if change is not None and name in change:
                content = change[name](content)
            if swap is not None:
                content = swap.get(content, content)
            target.writestr(entry, content)
    return out.getvalue()
