"""The words of an answer: Latin words as they stand, Chinese cut by jieba where it is installed."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from ecosurvey.core import MissingExtraError, Text

_PIECES = re.compile(r"[\u3400-\u9fff\U00020000-\U0002fa1f]+|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0002fa1f]")
# the commonest words that carry no content; frequencies without them are what readers ask for
_EMPTY = frozenset("的了和是在我有与也就都而及等不很太多个对把被让给以或但又还更最并") | {
    "我们", "他们", "你们", "没有", "可以", "以及", "因为", "所以", "如果", "但是", "一个", "一些",
    "这个", "那个", "目前", "非常", "比较",
}  # fmt: skip


def words_of(text: str, cut: Callable[[str], list[str]]) -> list[str]:
    """Return the content words of an answer, in order, Latin ones in lower case.

    Examples
    --------
    >>> words_of("We need clearer policy. 经费不足", pairs)
    ['need', 'clearer', 'policy', '经费', '费不', '不足']
    """
    found: list[str] = []
    for piece in _PIECES.findall(text):
        if _HAN.match(piece):
            found += [word for word in cut(piece) if len(word) > 1 and word not in _EMPTY]
        elif len(piece) > 1 and piece.lower() not in _english():
            found.append(piece.lower())
    return found


def has_chinese(text: str) -> bool:
    """Tell whether there is a Chinese character in a text."""
    return _HAN.search(text) is not None


def pairs(run: str) -> list[str]:
    """Cut a run of Chinese characters into overlapping pairs: no words, but countable."""
    return [run] if len(run) < 2 else [run[k : k + 2] for k in range(len(run) - 1)]


def jieba_cutter() -> Callable[[str], list[str]]:
    """Return jieba's cutting into words.

    Raises
    ------
    MissingExtraError
        If jieba is not installed.
    """
    import logging
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its own, about escapes and pkg_resources
            import jieba
    except ImportError:
        raise MissingExtraError(
            Text("Chinese words need jieba", "中文分词需要jieba"),
            fix=Text(
                "Run: pip install 'ecosurvey[chinese]'.",
                "请运行：pip install 'ecosurvey[chinese]'。",
            ),
        ) from None
    jieba.setLogLevel(logging.WARNING)

    def cut(run: str) -> list[str]:
        return [str(word) for word in jieba.cut(run)]

    return cut


@cache
def _english() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS)
