"""Writes the synthetic case material: coded passages in both languages, cases, literature counts.

No case exists and nobody said any of this: the passages were written for this project, so that
the joint display can be tried. Run: python data/sample/make_coded.py
"""

# ruff: noqa: E501  (passages stay whole)

from __future__ import annotations

import csv
from pathlib import Path

HERE = Path(__file__).parent

CASES = (
    ("C1", "College 1 (east, dual-system partner)", "院校一（东部，双元制伙伴）", 3, 1),
    ("C2", "College 2 (east, TAFE partner)", "院校二（东部，TAFE伙伴）", 3, 3),
    ("C3", "College 3 (central, community-college partner)", "院校三（中部，社区学院伙伴）", 2, 2),
    ("C4", "College 4 (west, dual-system partner)", "院校四（西部，双元制伙伴）", 2, 1),
    ("C5", "College 5 (west, TAFE partner)", "院校五（西部，TAFE伙伴）", 1, 3),
    (
        "C6",
        "College 6 (northeast, community-college partner)",
        "院校六（东北，社区学院伙伴）",
        1,
        2,
    ),
)
LITERATURE = (
    ("identified", "Records from databases", "数据库检索", 412),
    ("identified", "Records from reference lists", "参考文献追溯", 26),
    ("duplicates", "Duplicates removed", "去除重复", 97),
    ("excluded_screening", "Not about vocational education", "与职业教育无关", 168),
    ("excluded_screening", "Not about cooperation across borders", "不涉及跨境合作", 81),
    ("not_retrieved", "Full text not retrieved", "未获得全文", 7),
    ("excluded_full_text", "No empirical material", "无实证材料", 31),
    ("excluded_full_text", "One institution's self-report only", "仅为单一机构自述", 16),
    ("included", "Studies included", "纳入文献", 38),
)
# case, source, codes of coder A (code: strength), codes of coder B, English, Chinese
PASSAGES = (
    ("C1", "interview", "shared_platform:3", "shared_platform:3",
     "Since the joint centre has its own board, the three parties decide in one meeting what used to take a year of letters.",
     "联合中心有了自己的理事会以后，过去要往来一年公函的事，三方一次会议就定下来。"),
    ("C1", "interview", "enterprise_engagement:3 results_seen:2", "enterprise_engagement:3 results_seen:3",
     "The company sends its own trainers and takes over half of each graduating class abroad.",
     "企业派自己的培训师来，每届毕业生有一半由它在海外录用。"),
    ("C1", "document", "shared_standards:3", "shared_standards:2",
     "The examination follows the partner chamber's standard, so that the certificate is valid on both sides.",
     "考核采用伙伴方商会的标准，证书在双方都有效。"),
    ("C1", "document", "policy_support:2", "policy_support:2",
     "The provincial plan names the centre and gives its director a fixed post.",
     "省级规划写明了该中心，并为其主任设定了编制。"),
    ("C1", "interview", "funding:2", "policy_support:1",
     "The special fund paid for the first two years; by then the fees of the enterprise carried it.",
     "专项经费支撑了头两年，之后靠企业的付费维持。"),
    ("C2", "interview", "shared_platform:3 results_seen:2", "shared_platform:3",
     "All training orders now come through the platform, and the partner college sees the same list as we do.",
     "现在所有培训订单都走平台，伙伴院校看到的清单和我们一样。"),
    ("C2", "interview", "teacher_ability:3", "teacher_ability:2",
     "Our teachers hold the assessor's licence themselves, so we no longer fly anybody in.",
     "我们的老师自己持有考评员资格，不用再请人飞过来。"),
    ("C2", "document", "shared_standards:3", "shared_standards:3",
     "Eleven units of competency were mapped, and seven are taught from the shared package.",
     "对接了十一个能力单元，其中七个使用共同的培训包授课。"),
    ("C2", "interview", "cross_border_friction:2", "cross_border_friction:2",
     "Two calendars and two ways of counting hours cost us one term before anything moved.",
     "两套校历、两种学时算法，让我们耽误了一个学期才动起来。"),
    ("C2", "interview", "digital_support:2", "digital_support:2",
     "The simulation runs on both campuses, so the practical part is the same lesson.",
     "仿真软件两个校区都能跑，实训部分上的是同一堂课。"),
    ("C3", "interview", "platform_on_paper:3", "platform_on_paper:3",
     "There is a plaque and a signed charter. The committee has met twice in four years.",
     "牌子有，章程也签了。四年里委员会只开过两次会。"),
    ("C3", "interview", "enterprise_engagement:2", "",
     "Whenever the enterprise itself needed people, things went quickly.",
     "只要企业自己缺人，事情就推进得很快。"),
    ("C3", "document", "cross_border_friction:3", "cross_border_friction:3",
     "The partner's accreditation body did not accept the credits, and the programme was reduced to a summer course.",
     "伙伴方的认证机构不认可学分，项目缩减成了暑期课程。"),
    ("C3", "interview", "funding:3", "funding:2",
     "When the budget line ended, the visits ended.",
     "预算一断，互访也就断了。"),
    ("C4", "interview", "shared_platform:2", "shared_platform:2",
     "The park, the college and the chamber share one office; that is where the projects come from.",
     "园区、院校和商会合用一间办公室，项目就是从那里来的。"),
    ("C4", "interview", "enterprise_engagement:3", "enterprise_engagement:3",
     "Without the machine builder's order there would have been no class at all.",
     "要不是那家设备厂的订单，这个班根本开不起来。"),
    ("C4", "document", "policy_support:3", "policy_support:3",
     "The regional measure pays the insurance of students abroad, which had stopped two earlier groups.",
     "地方办法为海外学生支付保险，此前两批学生正是卡在这里。"),
    ("C4", "interview", "cross_border_friction:2", "cross_border_friction:3",
     "They expected us to say no when we meant no. We lost a partner before we understood.",
     "他们希望我们不行就直说不行。等我们明白过来，已经失去了一个伙伴。"),
    ("C4", "interview", "teacher_ability:2", "teacher_ability:2 shared_standards:1",
     "Teachers who had worked abroad could explain the standard in class; the others read it out.",
     "在海外工作过的老师能在课堂上讲清标准，其他人只能照着念。"),
    ("C5", "interview", "funding:2", "funding:2",
     "Most of our funds went into equipment that the partner's course does not use.",
     "我们的经费大多买了设备，而伙伴方的课程用不上。", "against"),
    ("C5", "interview", "enterprise_engagement:1", "enterprise_engagement:1",
     "The enterprise lends its name. We have not seen anyone from it on campus.",
     "企业只是挂名，校园里没见过它的人。", "against"),
    ("C5", "document", "shared_standards:2 results_seen:1", "shared_standards:2 results_seen:1",
     "After the standard was adopted, three colleges in the neighbouring country asked for the package.",
     "采用该标准后，邻国三所院校来索要培训包。"),
    ("C5", "interview", "shared_platform:2", "shared_platform:2",
     "It started to work when the association put one person in charge of the shared desk.",
     "协会派了一个人专管联合办公以后，才真正运转起来。"),
    ("C6", "interview", "teacher_ability:2", "teacher_ability:1",
     "Language is not the problem. Knowing how the trade is done over there is.",
     "语言不是问题，难的是了解那边的行当是怎么做的。"),
    ("C6", "interview", "cross_border_friction:2", "",
     "Each side waited for the other to register the project.",
     "双方都在等对方去办项目备案。"),
    ("C6", "document", "policy_support:1", "policy_support:2",
     "The policy encourages cooperation in general terms and names no office in charge.",
     "政策笼统地鼓励合作，没有写明主管部门。", "against"),
    ("C6", "interview", "shared_platform:3", "shared_platform:2",
     "We joined the alliance's platform late, and in its first year we had more partners than in ten before.",
     "我们加入联盟平台较晚，但头一年的伙伴就比过去十年还多。"),
)  # fmt: skip
ZH_CODES = {
    "policy_support": "政策支持", "funding": "经费投入", "campus_culture": "校园跨文化",
    "digital_support": "数字支撑", "enterprise_engagement": "企业深度参与",
    "cross_border_friction": "跨境摩擦", "shared_platform": "共建平台",
    "platform_on_paper": "平台有名无实", "shared_standards": "标准对接",
    "teacher_ability": "教师国际化能力", "results_seen": "成效显现",
}  # fmt: skip
ZH_SOURCES = {"interview": "访谈", "document": "文件"}


def _codings(lang: str) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for number, (case, source, first, second, english, chinese, *against) in enumerate(PASSAGES, 1):
        text = english if lang == "en" else chinese
        where = f"{case} {source}" if lang == "en" else f"{case}{ZH_SOURCES[source]}"
        for coder, codes in (("A", first), ("B", second)):
            for one in codes.split() or [":"]:
                code, _, strength = one.partition(":")
                name = code if lang == "en" else ZH_CODES.get(code, "")
                evidence = ("against" if against or code == "platform_on_paper" else "for") * bool(
                    code
                )
                rows.append(
                    (where, case, f"p{number:02d}", name, coder, evidence, strength, text,
                     "synthetic")
                )  # fmt: skip
    return rows


def _write(name: str, header: str, rows: list[tuple[object, ...]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


def main() -> None:
    header = "source,case,segment,code,coder,evidence,strength,text,data_origin"
    for lang in ("en", "zh"):
        _write(f"ecosystem_codes_{lang}.csv", header, _codings(lang))
    cases = [(*case, "synthetic") for case in CASES]
    _write(
        "ecosystem_cases.csv",
        "case,name_en,name_zh,integration_type,partner_model,data_origin",
        list(cases),
    )
    found = [(*row, "synthetic") for row in LITERATURE]
    _write("ecosystem_literature.csv", "stage,label_en,label_zh,n,data_origin", list(found))


if __name__ == "__main__":
    main()
