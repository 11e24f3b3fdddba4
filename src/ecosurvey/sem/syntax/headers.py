"""Headers of blocks: ``group: label``, a model of its own for each group."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ecosurvey.core import Text, did_you_mean
from ecosurvey.sem.syntax.roles import Roles
from ecosurvey.sem.syntax.source import Source, Span
from ecosurvey.sem.syntax.statements import Formula, GroupHeader, Statement

# to the end of its line; `group := a*b` defines a name, `group:x` after a `+` is a product
_HEADER = re.compile(
    r"(?:^|(?<=;))[^\S\n]*(group|level|block|class)[^\S\n]*:(?!=)([^\n;#!]*)", re.MULTILINE
)
_UNFINISHED = "+*~?(,|"


@dataclass(frozen=True, slots=True)
class Block:
    """The formulas of one group."""

    label: str
    statements: tuple[Formula, ...]


def take_headers(source: Source) -> tuple[list[GroupHeader], Source]:
    """Return the headers of a text, and the text in which blanks stand for them.

    Raises
    ------
    ModelSyntaxError
        For a header without a label, or of another kind than ``group:``.
    """
    headers: list[GroupHeader] = []
    text = source.text
    for match in _HEADER.finditer(source.text):
        line = source.text[source.text.rfind("\n", 0, match.start(1)) + 1 : match.start(1)]
        before = source.text[: match.start(1)].rstrip()
        if "#" in line or "!" in line or (before and before[-1] in _UNFINISHED):
            continue
        span = Span(match.start(1), match.start(1) + len(match.group().strip()))
        if match.group(1) != "group":
            raise source.error(
                Text(
                    f"'{match.group(1)}:' blocks are not offered",
                    f"不提供“{match.group(1)}:”分块",
                ),
                span,
                Text("Only 'group: label' blocks are.", "只提供“group: 组名”分块。"),
            )
        label = match.group(2).strip().strip("\"'")
        if not label:
            raise source.error(
                Text("'group:' names no group", "“group:”没有写组名"),
                span,
                Text("Write group: label.", "请写成 group: 组名。"),
            )
        headers.append(GroupHeader(label, span))
        blank = ";" + " " * (match.end() - match.start(1) - 1)
        text = text[: match.start(1)] + blank + text[match.end() :]
    return headers, Source(text)


def group_blocks(
    source: Source, statements: Sequence[Statement], groups: Sequence[str]
) -> tuple[Block, ...]:
    """Return the formulas of each group, in the order of the groups; none without headers.

    A header's label is that of a group; where the headers are numbered from 1 and the groups are
    called otherwise, the numbers count the groups. Definitions and constraints belong to no group.

    Raises
    ------
    ModelSyntaxError
        Where headers and groups do not match, or formulas stand above the first header.
    """
    headers = [statement for statement in statements if isinstance(statement, GroupHeader)]
    if not headers:
        return ()
    if len(groups) < 2:
        raise source.error(
            Text(
                "the model has 'group:' blocks, and the data no groups",
                "模型有“group:”分块，数据却没有分组",
            ),
            headers[0].span,
            Text("Give group=, the column of the groups.", "请用 group= 给出分组的列。"),
        )
    known = _labels(headers, groups)
    blocks: dict[str, list[Formula]] = {}
    current: list[Formula] | None = None
    for statement in statements:
        if isinstance(statement, GroupHeader):
            current = blocks.setdefault(_opened(source, statement, known, blocks), [])
        elif isinstance(statement, Formula):
            if current is None:
                word = statement.lhs[0]
                raise source.error(
                    Text(
                        "this formula stands above the first 'group:'",
                        "该公式位于第一个“group:”之前",
                    ),
                    word.span,
                    Text("Write it in each group's block.", "请写进每一组的分块。"),
                )
            current.append(statement)
    for label in groups:
        if not blocks.get(label):
            raise source.error(
                Text(f"no formulas for group {label!r}", f"组 {label!r} 没有公式"),
                headers[-1].span,
                Text(
                    f"Write a block for each of the {len(groups)} groups: {', '.join(groups)}.",
                    f"请为{len(groups)}个组各写一个分块：{'、'.join(groups)}。",
                ),
            )
    return tuple(Block(label, tuple(blocks[label])) for label in groups)


def _labels(headers: Sequence[GroupHeader], groups: Sequence[str]) -> dict[str, str]:
    """Return what a header may say, and the group it then means."""
    named = {label: label for label in groups}
    numbers = {str(index): label for index, label in enumerate(groups, start=1)}
    wanted = {header.label for header in headers}
    return numbers if not wanted & set(named) and wanted & set(numbers) else named


def _opened(
    source: Source, header: GroupHeader, known: dict[str, str], blocks: dict[str, list[Formula]]
) -> str:
    label = known.get(header.label)
    if label is None:
        hint = did_you_mean(header.label, known)
        raise source.error(
            Text(f"{header.label!r} is not a group of the data", f"数据中没有组 {header.label!r}"),
            header.span,
            Text(
                f"{hint} The groups are: {', '.join(known)}.".strip(),
                f"{hint.zh}各组为：{'、'.join(known)}。",
            ),
        )
    if label in blocks:
        raise source.error(
            Text(f"group {label!r} has a block already", f"组 {label!r} 已有分块"),
            header.span,
            Text("Write one block a group.", "每组只写一个分块。"),
        )
    return label


def group_statements(statements: Sequence[Statement]) -> list[list[Formula]]:
    """Return the formulas between headers, whatever these say."""
    parts: list[list[Formula]] = [[]]
    for statement in statements:
        if isinstance(statement, GroupHeader):
            parts.append([])
        elif isinstance(statement, Formula):
            parts[-1].append(statement)
    return parts


def check_common(source: Source, blocks: Sequence[Block], roles: Sequence[Roles]) -> None:
    """Raise where the groups' models speak of other observed variables, or other covariates."""
    for block, own in zip(blocks[1:], roles[1:], strict=False):
        for kind, here, first in (
            (Text("observed variable", "观测变量"), own.observed, roles[0].observed),
            (Text("covariate", "协变量"), own.covariates, roles[0].covariates),
        ):
            alone = set(here) ^ set(first)
            if not alone:
                continue
            name = min(alone)
            with_it, without = (
                (block.label, blocks[0].label) if name in here else (blocks[0].label, block.label)
            )
            raise source.error(
                Text(
                    f"{name!r} is a {kind.en} in group {with_it!r} and not in {without!r}".replace(
                        "a observed", "an observed"
                    ),
                    f"{name!r} 在组 {with_it!r} 中是{kind.zh}，在组 {without!r} 中却不是",
                ),
                block.statements[0].lhs[0].span,
                Text(
                    f"All groups need the same {kind.en}s: write {name} ~~ {name} where it has "
                    "no other part.",
                    f"各组须有相同的{kind.zh}：若它在某组中没有其他作用，请写 {name} ~~ {name}。",
                ),
            )
