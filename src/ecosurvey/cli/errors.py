"""Every exception as one clear message in the user's language, with the exit code it deserves."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.markup import escape

from ecosurvey.cli import console
from ecosurvey.core import EcosurveyError, Lang, OptionError, Text, did_you_mean

_ERROR = Text("Error: ", "错误：")
_FAULT = Text("A fault of ecosurvey itself: ", "ecosurvey自身出错：")
_AGAIN = Text(
    "Nothing was written. Run again with ECOSURVEY_DEBUG=1 to see where, and report it.",
    "没有写出任何文件。请设置 ECOSURVEY_DEBUG=1 重新运行以查看出错之处，并报告给我们。",
)
_INTERRUPTED = Text("Interrupted; nothing was written.", "已中断；没有写出任何文件。")
_SYSTEM = {
    "FileNotFoundError": Text("there is no such file or folder", "没有这个文件或文件夹"),
    "PermissionError": Text("there is no permission for it", "没有访问权限"),
    "IsADirectoryError": Text("this is a folder", "这是一个文件夹"),
    "NotADirectoryError": Text("a part of the path is no folder", "路径中有一部分不是文件夹"),
    "FileExistsError": Text("there is something of that name already", "同名内容已存在"),
}
_NO_SPACE = Text("there is no space left on the disk", "磁盘空间不足")
_ENOSPC = 28


@contextmanager
def plain_errors(argv: Sequence[str]) -> Iterator[None]:
    """Turn every exception into one clear message and the exit code that it deserves."""
    console.speak(asked_language(argv))
    try:
        yield
    except EcosurveyError as error:
        _tell(error, argv)
        raise SystemExit(console.BAD_INPUT) from None
    except KeyboardInterrupt:
        say_interrupted()
        raise SystemExit(console.INTERRUPTED) from None
    except OSError as error:
        _tell(_of_system(error), argv)
        raise SystemExit(console.BAD_INPUT) from None
    except Exception as error:
        if _is(error, "NoArgsIsHelpError"):
            error.show()  # type: ignore[attr-defined]
            raise SystemExit(console.BAD_INPUT) from None
        if _is(error, "ClickException"):
            _tell(_of_usage(error), argv)
            raise SystemExit(console.BAD_INPUT) from None
        if os.environ.get("ECOSURVEY_DEBUG"):
            raise
        for lang in console.spoken():
            kind, said = type(error).__name__, escape(str(error))
            console.err.print(
                f"[red]{_FAULT.say(lang)}[/red]{kind}: {said}\n{_AGAIN.say(lang)}",
                soft_wrap=True,
            )
        raise SystemExit(console.FAULT) from None


def say_interrupted() -> None:
    """Tell that the user ended the run."""
    for lang in console.spoken():
        console.err.print(_INTERRUPTED.say(lang))


def asked_language(argv: Sequence[str]) -> str:
    """Return the word that stands after ``--lang``; English if none does.

    Examples
    --------
    >>> asked_language(["analyze", "a.csv", "--lang", "zh"]), asked_language(["--lang=both"])
    ('zh', 'both')
    """
    for place, word in enumerate(argv):
        if word.startswith("--lang="):
            return word.partition("=")[2]
        if word == "--lang" and place + 1 < len(argv):
            return argv[place + 1]
    return "en"


def _tell(error: EcosurveyError, argv: Sequence[str]) -> None:
    for lang in console.spoken():
        said = escape(error.say(lang))
        console.err.print(f"[red]{_ERROR.say(lang)}[/red]{said}", soft_wrap=True)
    if "--json" in argv:
        console.print_json(error_json(error))


def error_json(error: EcosurveyError) -> dict[str, Any]:
    """Return what an error says as one object for other programs, in both languages."""

    def both(words: Text | None) -> dict[Lang, str] | None:
        return None if words is None else {"en": words.en, "zh": words.zh}

    words = error.words
    told = {"found": both(words.found), "where": both(words.where), "fix": both(words.fix)}
    return {"status": "error", "error": {"kind": type(error).__name__, **told}}


def _of_system(error: OSError) -> OptionError:
    """Return what the operating system complained of, in our words where we have them."""
    plain = error.strerror or str(error)
    found = _SYSTEM.get(type(error).__name__, Text(plain, plain))
    if error.errno == _ENOSPC:
        found = _NO_SPACE
    return OptionError(found, where=str(error.filename) if error.filename else None)


def _of_usage(error: Any) -> OptionError:
    """Return what is wrong with the words typed, of an exception of the command line's library.

    The library may be click or the copy of it inside typer, hence names and not classes.
    """
    see = _help_of(error)
    message = str(getattr(error, "message", "") or error).rstrip(".")
    if _is(error, "NoSuchOption"):
        name = error.option_name
        near = did_you_mean(name, error.possibilities or _options_of(error))
        return OptionError(Text(f"there is no option {name}", f"没有选项 {name}"), fix=near or see)
    command = re.match(r"No such command '(.+?)'", message)
    if command:
        name = command[1]
        near = did_you_mean(name, _commands_of(error))
        return OptionError(
            Text(f"there is no command {name!r}", f"没有命令 {name!r}"), fix=near or see
        )
    parameter = _name_of(error)
    if _is(error, "MissingParameter"):
        return OptionError(Text(f"{parameter} is needed", f"缺少 {parameter}"), fix=see)
    if _is(error, "BadOptionUsage"):
        name = error.option_name
        return OptionError(Text(f"{name} needs a value", f"{name} 需要一个值"), fix=see)
    if _is(error, "BadParameter"):
        return OptionError(
            Text(
                f"the value of {parameter} is not allowed ({message})",
                f"{parameter} 的值不允许（{message}）",
            ),
            fix=see,
        )
    extra = re.match(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", message)
    if extra:
        word = extra[1]
        return OptionError(Text(f"{word!r} is too much here", f"多出了 {word!r}"), fix=see)
    return OptionError(Text(message, f"命令有误（{message}）"), fix=see)


def _is(error: BaseException, name: str) -> bool:
    return any(kind.__name__ == name for kind in type(error).__mro__)


def _help_of(error: Any) -> Text:
    context = getattr(error, "ctx", None)
    path = "ecosurvey" if context is None else context.command_path
    return Text(f"See: {path} --help", f"请看：{path} --help")


def _options_of(error: Any) -> list[str]:
    context = getattr(error, "ctx", None)
    known = [] if context is None else context.command.params
    return [word for parameter in known for word in parameter.opts if word.startswith("--")]


def _commands_of(error: Any) -> list[str]:
    context = getattr(error, "ctx", None)
    return [] if context is None else list(getattr(context.command, "commands", {}))


def _name_of(error: Any) -> str:
    """Return an option as it is typed, and an argument by its name in capitals."""
    parameter: Any = getattr(error, "param", None)
    if getattr(parameter, "param_type_name", "") == "argument":
        return str(parameter.name).upper()
    words = getattr(parameter, "opts", None) or [str(getattr(error, "param_hint", "") or "?")]
    return str(max(words, key=len))
