"""What a run may choose, checked at one door, whether it came from a file, a flag or a call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from ecosurvey.core import Lang, OptionError, Text, check_choice, did_you_mean
from ecosurvey.core.parallel import check_jobs
from ecosurvey.core.random import new_seed

if TYPE_CHECKING:
    from ecosurvey.cleaning.known_margins import Share
    from ecosurvey.cleaning.rules import Policy

Estimator = Literal["ML", "MLR", "MLM", "WLSMV"]
Missing = Literal["auto", "fiml", "listwise", "pairwise", "mice"]
ReportLang = Literal["en", "zh", "both"]
Format = Literal["html", "docx", "tex", "md", "xlsx", "csv", "svg", "pdf", "png"]
Part = Literal["describe", "reliability", "factors", "measurement", "structure", "key_factors"]

ESTIMATORS: tuple[Estimator, ...] = get_args(Estimator)
MISSING: tuple[Missing, ...] = get_args(Missing)
REPORT_LANGUAGES: tuple[ReportLang, ...] = get_args(ReportLang)
FORMATS: tuple[Format, ...] = get_args(Format)
PARTS: tuple[Part, ...] = get_args(Part)

HTMT_SAMPLES = 500  # bootstrap samples of the heterotrait-monotrait ratios of a run
GROUP_PERMUTATIONS = 499  # of the rows over the groups, where a run ranks factors by group

_MOST_SEED = 2**63
_LISTS = {"formats": FORMATS, "only": PARTS}


@dataclass(frozen=True, slots=True)
class AnalysisConfig:
    """What a run may choose.

    Attributes
    ----------
    seed : int
        Where all random numbers of the run come from.
    lang : {"en", "zh", "both"}
        Language of the report; ``both`` writes it twice, in folders ``en`` and ``zh``.
    estimator : {"ML", "MLR", "MLM", "WLSMV"}
        Of the measurement and structural models. WLSMV treats the answers as ordinal.
    missing : {"auto", "fiml", "listwise", "pairwise", "mice"}
        How gaps are treated: by full-information likelihood, by leaving out incomplete rows,
        (WLSMV) pair by pair, or by multiple imputation with pooled models. ``auto`` takes the
        best that the estimator allows without imputing.
    imputations : int
        Completed data sets where ``missing`` is ``"mice"``.
    bootstrap : int
        Replicates of the structural model for intervals of the effects; 0 for none. From 100 on,
        alpha and omega get intervals of as many, 1,000 at most.
    groups : str or None
        A background variable: the factors are ranked in each of its groups.
    specifications : int
        Other reasonable analyses that the ranking is tried under; 0 for none, 200 to publish.
    jobs : int or None
        Processes that share the work, -1 for one a core; the results do not depend on it.
    cache : bool or None
        Whether steps that took long are remembered in the user's cache folder by the content
        that they follow from, so that a changed wording computes nothing again.
    formats : tuple of str
        Of documents, tables and figures. ``results.json``, ``provenance.json`` and the like
        are always written.
    only : tuple of str
        Parts to compute, with those that they rest on; all if empty.
    policy : {"default", "hard_only", "screening_only"}
        Which grounds exclude answers, see :class:`ecosurvey.Rules`.
    screen : tuple of str
        Cut-offs and rules of the screening other than the questionnaire's: ``cut-off=number`` or
        ``rule=action`` with exclude, flag, review or off.
    margins : tuple of (question, code, share)
        Known margins of the population that the weights are drawn to, in place of those under
        ``weighting:`` in the questionnaire.

    Examples
    --------
    >>> AnalysisConfig(1, estimator="MLX")
    Traceback (most recent call last):
    ecosurvey.core.errors.OptionError: estimator='MLX' is not known. Use one of: ML, MLR, MLM, ...
    """

    seed: int
    lang: ReportLang = "en"
    estimator: Estimator = "MLR"
    missing: Missing = "auto"
    bootstrap: int = 0
    groups: str | None = None
    specifications: int = 50
    jobs: int | None = None
    cache: bool | None = None
    formats: tuple[Format, ...] = FORMATS
    only: tuple[Part, ...] = ()
    policy: Policy = "default"
    screen: tuple[str, ...] = ()
    margins: tuple[Share, ...] = ()
    imputations: int = 20

    def __post_init__(self) -> None:
        from ecosurvey.cleaning.rules import POLICIES, Rules, changed

        check_choice("lang", self.lang, REPORT_LANGUAGES)
        check_choice("estimator", self.estimator, ESTIMATORS)
        check_choice("missing", self.missing, MISSING)
        check_choice("policy", self.policy, POLICIES)
        changed(Rules(), self.screen)
        for name, allowed in _LISTS.items():
            for word in getattr(self, name):
                check_choice(name, word, allowed)
        _check_integer("seed", self.seed, 0, _MOST_SEED)
        _check_integer("bootstrap", self.bootstrap, 0, 1_000_000)
        _check_integer("specifications", self.specifications, 0, 100_000)
        if self.bootstrap == 1:
            raise OptionError(
                Text("bootstrap=1 gives no interval", "bootstrap=1 得不到置信区间"),
                fix=Text("Use 1000 or more, or 0 for none.", "请使用1000或更多，0表示不做。"),
            )
        if self.cache not in (None, True, False):
            raise OptionError(
                Text(f"cache={self.cache!r} is not allowed", f"不允许 cache={self.cache!r}"),
                fix=Text("Use true or false.", "请使用 true 或 false。"),
            )
        if self.jobs is not None:
            _check_integer("jobs", self.jobs, -1, 1024)
            check_jobs(self.jobs)
        _check_integer("imputations", self.imputations, 2, 1000)
        _check_missing(self.estimator, self.missing)
        if self.missing == "mice" and self.bootstrap:
            raise OptionError(
                Text(
                    f"missing='mice' and bootstrap={self.bootstrap} do not go together: what "
                    "draws of an imputed data set tell apart is not what was missing",
                    f"missing='mice' 与 bootstrap={self.bootstrap} 不能同时使用："
                    "对插补后的数据再抽样反映不出缺失带来的不确定性",
                ),
                fix=Text(
                    "Leave out the bootstrap (pooled errors have what it would add), or use "
                    "missing='fiml'.",
                    "请不做自助法（合并的标准误已含缺失的不确定性），或使用 missing='fiml'。",
                ),
            )

    @property
    def languages(self) -> tuple[Lang, ...]:
        """The languages that the report is written in."""
        return ("en", "zh") if self.lang == "both" else (self.lang,)

    def wants(self, part: Part) -> bool:
        """Tell whether a part was asked for, or is needed by one that was."""
        asked = set(self.only) or set(PARTS)
        if "key_factors" in asked:
            asked.add("structure")
        return part in asked

    @property
    def uses_design(self) -> bool:
        """Whether the estimator takes weights and clusters."""
        return self.estimator in ("ML", "MLR", "WLSMV")

    def treatment(self, *, gaps: bool) -> str:
        """Return the treatment of missing answers, as ``missing=`` of the models takes it."""
        if self.missing == "mice":
            return "mice" if gaps else "listwise"
        if self.missing != "auto":
            return self.missing
        best = {"WLSMV": "pairwise", "MLM": "listwise"}.get(self.estimator, "fiml")
        return best if gaps else "listwise"

    def options(self) -> dict[str, Any]:
        """Return what decides the results and their form, as plain data for provenance."""
        return {
            part.name: list(value) if isinstance(value, tuple) else value
            for part in fields(self)
            if part.name not in ("seed", "jobs", "cache")
            for value in [getattr(self, part.name)]
        }


def configure(
    config: AnalysisConfig | Mapping[str, Any] | str | Path | None = None, **given: Any
) -> AnalysisConfig:
    """Return the options of a run: those given, then those of the file, then the defaults.

    Parameters
    ----------
    config : AnalysisConfig, mapping, str or Path, optional
        Options made before, or a ``.toml`` or ``.yaml`` file of them.
    **given
        Fields of :class:`AnalysisConfig`; ``None`` means not given.

    Returns
    -------
    AnalysisConfig
        With a seed, drawn if none was given.

    Raises
    ------
    OptionError
        If an option is not known or has a value that is not allowed.

    Examples
    --------
    >>> configure({"estimator": "ML", "seed": 5}, estimator="MLR").estimator
    'MLR'
    """
    found: dict[str, Any] = {}
    where = None
    if isinstance(config, AnalysisConfig):
        found = {part.name: getattr(config, part.name) for part in fields(config)}
    elif isinstance(config, Mapping):
        found = dict(config)
    elif config is not None:
        from ecosurvey.analysis.config_file import read_config

        where = Path(config).name
        found = read_config(Path(config))
    own = {name: value for name, value in given.items() if value is not None}
    found |= own
    known = [part.name for part in fields(AnalysisConfig)]
    for name in found:
        if name not in known:
            raise OptionError(
                Text(f"option {name!r} is not known", f"无法识别选项 {name!r}"),
                where=where,
                fix=did_you_mean(name, known)
                or Text(f"Those known: {', '.join(known)}.", f"可用的有：{'、'.join(known)}。"),
            )
    for name in _LISTS:
        if name in found:
            found[name] = _words(name, found[name], where)
    if isinstance(found.get("screen"), Mapping):  # a table of a file
        found["screen"] = [f"{name}={value}" for name, value in found["screen"].items()]
    if "screen" in found:
        found["screen"] = _words("screen", found["screen"], where)
    if found.get("margins") is not None:
        near = (
            Path(config).parent
            if isinstance(config, (str, Path)) and "margins" not in own
            else Path()
        )
        found["margins"] = _margins(found["margins"], where, near)
    if found.get("seed") is None:
        found["seed"] = new_seed()
    try:
        return AnalysisConfig(**found)
    except OptionError as error:
        raise OptionError(error.words.found, where=where, fix=error.words.fix) from None


def _words(name: str, value: Any, where: str | None) -> tuple[str, ...]:
    """Return a list of words, given as one or with commas; a format that stands twice once."""
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, Iterable) or not all(isinstance(word, str) for word in words):
        raise OptionError(
            Text(f"{name} is not a list of words", f"{name} 不是词语列表"),
            where=where,
            fix=Text(f'Write {name} = ["…", "…"].', f'请写成 {name} = ["…", "…"]。'),
        )
    return tuple(dict.fromkeys(word.strip().lower() for word in words if word.strip()))


def _margins(given: Any, where: str | None, folder: Path) -> tuple[Share, ...]:
    """Return margins that are named by their file, or given as a table; paths are beside it."""
    from ecosurvey.cleaning.known_margins import read_margins, shares_of

    if isinstance(given, (str, Path)):
        return read_margins(folder / given)
    return shares_of(given, where)


def _check_integer(name: str, value: Any, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise OptionError(
            Text(f"{name}={value!r} is not allowed", f"不允许 {name}={value!r}"),
            fix=Text(
                f"Use a whole number from {low} to {high}.", f"请使用{low}到{high}之间的整数。"
            ),
        )


def _check_missing(estimator: Estimator, missing: Missing) -> None:
    """Refuse a treatment that the estimator cannot give."""
    allowed: dict[Estimator, tuple[Missing, ...]] = {
        "MLM": ("auto", "listwise", "mice"),
        "WLSMV": ("auto", "listwise", "pairwise"),
    }
    ways = allowed.get(estimator, ("auto", "fiml", "listwise", "mice"))
    if missing not in ways:
        raise OptionError(
            Text(
                f"missing={missing!r} is not possible with estimator={estimator!r}",
                f"estimator={estimator!r} 时不能用 missing={missing!r}",
            ),
            fix=Text(f"Use one of: {', '.join(ways)}.", f"请使用其中之一：{'、'.join(ways)}。"),
        )
