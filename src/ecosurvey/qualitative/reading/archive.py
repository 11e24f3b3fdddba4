"""The zip archive of a REFI-QDA project, read in memory and never unpacked to disk.

An archive comes from other people, so nothing in it is believed: not its sizes (what is
read is counted), not its names (none becomes a path), not its number of members.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ecosurvey.core import DataError, Text

MAX_FILE = 512 << 20  # the archive itself
MAX_MEMBERS = 20_000
MAX_MEMBER = 64 << 20  # unpacked, one member that is read
MAX_READ = 256 << 20  # unpacked, all that is read
MAX_RATIO = 200  # unpacked to packed, beyond a first mebibyte
_FREE = 1 << 20
_BLOCK = 1 << 16


@dataclass(slots=True)
class Archive:
    """An archive whose table of contents has been checked."""

    zip: zipfile.ZipFile
    name: str
    read_bytes: int = field(default=0)

    def members(self) -> tuple[str, ...]:
        """Return the names of the files in it."""
        return tuple(one.filename for one in self.zip.infolist() if not one.is_dir())

    def read(self, member: str) -> bytes:
        """Return one member's bytes, counting while they are unpacked.

        Raises
        ------
        DataError
            If it is larger than it may be, encrypted or damaged.
        """
        info = self.zip.getinfo(member)
        found = io.BytesIO()
        try:
            with self.zip.open(info) as stream:
                while block := stream.read(_BLOCK):
                    found.write(block)
                    self.read_bytes += len(block)
                    self._check(member, found.tell(), info.compress_size)
        except (
            zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
            RuntimeError,
        ) as error:  # fmt: skip
            raise DataError(
                Text(
                    f"the member {member[:80]!r} cannot be unpacked ({type(error).__name__})",
                    f"成员 {member[:80]!r} 无法解压（{type(error).__name__}）",
                ),
                where=self.name,
                fix=Text(
                    "Export the project again, without a password.", "请重新导出项目，不要加密码。"
                ),
            ) from None
        return found.getvalue()

    def _check(self, member: str, size: int, packed: int) -> None:
        bomb = size > _FREE and size > MAX_RATIO * max(packed, 1)
        if bomb or size > MAX_MEMBER or self.read_bytes > MAX_READ:
            raise DataError(
                Text(
                    f"the member {member[:80]!r} unpacks to more than is safe",
                    f"成员 {member[:80]!r} 解压后超过安全大小",
                ),
                where=self.name,
                fix=Text(
                    f"At most {MAX_MEMBER >> 20} MiB a text and {MAX_READ >> 20} MiB in all are "
                    "read; a project of real texts is far smaller.",
                    f"每段文本最多{MAX_MEMBER >> 20} "
                    "MiB，总共最多{MAX_READ >> 20} MiB；真实文本的项目要小得多。",
                ),
            )


def open_archive(content: bytes, name: str) -> Archive:
    """Open an archive and refuse one that could do harm.

    Raises
    ------
    DataError
        If it is no zip file, has too many members, two of one name, or one whose name leads
        out of the archive.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise DataError(
            Text(
                f"the archive cannot be read ({type(error).__name__})",
                f"压缩包无法读取（{type(error).__name__}）",
            ),
            where=name,
            fix=Text("Export the project again.", "请重新导出项目。"),
        ) from None
    if len(infos) > MAX_MEMBERS:
        raise DataError(
            Text(
                f"the archive has {len(infos):,} members, more than is safe",
                f"压缩包有{len(infos):,}个成员，超过安全数量",
            ),
            where=name,
        )
    seen: set[str] = set()
    for info in infos:
        if _leads_out(info.filename):
            raise DataError(
                Text(
                    f"the archive has a member whose name leads out of it: {info.filename[:80]!r}",
                    f"压缩包中有成员的名称指向包外：{info.filename[:80]!r}",
                ),
                where=name,
                fix=Text("Do not open it with other programs either.", "也请勿用其他程序打开。"),
            )
        if info.filename in seen:
            raise DataError(
                Text(
                    f"the archive has {info.filename[:80]!r} twice",
                    f"压缩包中 {info.filename[:80]!r} 出现两次",
                ),
                where=name,
            )
        seen.add(info.filename)
    return Archive(archive, name)


def _leads_out(member: str) -> bool:
    path = PurePosixPath(member.replace("\\", "/"))
    drive = len(member) > 1 and member[1] == ":"
    return path.is_absolute() or ".." in path.parts or drive or "\x00" in member
