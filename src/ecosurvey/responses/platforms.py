"""Which survey platform wrote a file, known by the names of its technical columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ecosurvey.core import Text
from ecosurvey.responses.coding.cells import normalise


@dataclass(frozen=True, slots=True)
class Platform:
    """How a platform names what the questionnaire's ``meta`` names.

    Attributes
    ----------
    id : str
    name : Text
    signs : tuple of tuple of str
        The file is this platform's if it has every header of one of these sets.
    meta : mapping
        Role in ``meta`` -> headers that play it, the best first.
    span : tuple of str
        Headers of start and end, whose difference is the duration where none is written.
    technical : tuple of str
        Further headers that are not questions.
    ranks_by_place : bool
        True if ranking questions have a column a place, which holds the option, and not a
        column an option, which holds the place.
    """

    id: str
    name: Text
    signs: tuple[tuple[str, ...], ...]
    meta: Mapping[str, tuple[str, ...]]
    span: tuple[str, str] | None = None
    technical: tuple[str, ...] = field(default=())
    ranks_by_place: bool = False

    @property
    def known(self) -> frozenset[str]:
        """All headers that this platform writes by itself, normalised."""
        words = [*self.technical, *(self.span or ())]
        words += [word for names in self.meta.values() for word in names]
        words += [word for sign in self.signs for word in sign]
        return frozenset(map(normalise, words))


PLATFORMS: tuple[Platform, ...] = (
    Platform(
        "wjx",
        Text("Wenjuanxing", "问卷星"),
        (("序号", "提交答卷时间"), ("序号", "所用时间")),
        {
            "respondent": ("序号",),
            "submitted_at": ("提交答卷时间",),
            "duration_seconds": ("所用时间",),
        },
        technical=("来源", "来源详情", "来自IP", "总分", "用户ID", "填写者"),
    ),
    Platform(
        "tencent",
        Text("Tencent Survey", "腾讯问卷"),
        (("编号", "开始答题时间"), ("编号", "结束答题时间")),
        {
            "respondent": ("编号",),
            "submitted_at": ("结束答题时间",),
            "duration_seconds": ("答题时长",),
        },
        ("开始答题时间", "结束答题时间"),
        ("地理位置国家和地区", "地理位置省", "地理位置市", "自定义字段", "语言", "清洗数据结果",
         "智能清洗数据无效概率", "用户类型", "用户标识", "昵称", "IP", "UA", "Referrer",
         "审核状态", "中奖时间", "中奖金额"),
    ),
    Platform(
        "qualtrics",
        Text("Qualtrics", "Qualtrics"),
        (("ResponseId", "RecordedDate"), ("StartDate", "EndDate", "Finished")),
        {
            "respondent": ("ResponseId", "ResponseID"),
            "submitted_at": ("RecordedDate", "EndDate"),
            "duration_seconds": ("Duration (in seconds)",),
        },
        ("StartDate", "EndDate"),
        ("Status", "IPAddress", "Progress", "Finished", "RecipientLastName",
         "RecipientFirstName", "RecipientEmail", "ExternalReference", "LocationLatitude",
         "LocationLongitude", "DistributionChannel", "UserLanguage"),
    ),
    Platform(
        "kobo",
        Text("KoboToolbox", "KoboToolbox"),
        (("_uuid", "_submission_time"), ("_id", "_uuid")),
        {"respondent": ("_uuid", "_id"), "submitted_at": ("_submission_time",)},
        ("start", "end"),
        ("_id", "today", "deviceid", "username", "_validation_status", "_notes", "_status",
         "_submitted_by", "__version__", "_tags", "_index", "_xform_id_string"),
    ),
    Platform(
        "odk",
        Text("ODK", "ODK"),
        (("SubmissionDate", "KEY"),),
        {"respondent": ("KEY",), "submitted_at": ("SubmissionDate",)},
        ("start", "end"),
        ("today", "deviceid", "meta-instanceID", "SubmitterID", "SubmitterName", "FormVersion",
         "AttachmentsPresent", "AttachmentsExpected", "Status", "ReviewState", "DeviceID",
         "Edits"),
    ),
    Platform(
        "limesurvey",
        Text("LimeSurvey", "LimeSurvey"),
        (("id", "submitdate", "lastpage"), ("id", "submitdate", "startlanguage"),
         ("Response ID", "Date submitted", "Last page")),
        {
            "respondent": ("token", "id", "Response ID"),
            "submitted_at": ("submitdate", "Date submitted"),
            "duration_seconds": ("interviewtime", "Total time"),
        },
        ("startdate", "submitdate"),
        ("seed", "datestamp", "ipaddr", "refurl", "startlanguage", "lastpage"),
        ranks_by_place=True,
    ),
    Platform(
        "redcap",
        Text("REDCap", "REDCap"),
        (("record_id",), ("redcap_event_name",), ("redcap_survey_identifier",)),
        {"respondent": ("record_id",), "wave": ("redcap_event_name",)},
        None,
        ("redcap_repeat_instrument", "redcap_repeat_instance", "redcap_data_access_group",
         "redcap_survey_identifier"),
    ),
    Platform(
        "google_forms",
        Text("Google Forms", "Google表单"),
        (("Timestamp",), ("时间戳记",)),
        {
            "respondent": ("Email Address", "Username", "电子邮件地址"),
            "submitted_at": ("Timestamp", "时间戳记"),
        },
        None,
        ("Score", "总分"),
    ),
)  # fmt: skip


def recognise(headers: Iterable[str]) -> Platform | None:
    """Return the platform whose technical columns the file has; ``None`` if it has none's.

    Examples
    --------
    >>> recognise(["序号", "提交答卷时间", "1、您的身份"]).id
    'wjx'
    >>> recognise(["POL1", "POL2"]) is None
    True
    """
    there = {normalise(header) for header in headers if header}
    for platform in PLATFORMS:
        if any({normalise(word) for word in sign} <= there for sign in platform.signs):
            return platform
    return None
