"""What the sample and its answers look like, before any model."""

from ecosurvey.descriptives.frequencies import Frequencies, frequencies
from ecosurvey.descriptives.item_statistics import ItemStatistics
from ecosurvey.descriptives.items import describe_items
from ecosurvey.descriptives.normality import Normality, multivariate_normality
from ecosurvey.descriptives.sample import (
    CategoryCount,
    NumberSummary,
    SampleTable,
    describe_sample,
)
from ecosurvey.descriptives.scales import ScaleStatistics, describe_scales, scale_scores

__all__ = [
    "CategoryCount",
    "Frequencies",
    "ItemStatistics",
    "Normality",
    "NumberSummary",
    "SampleTable",
    "ScaleStatistics",
    "describe_items",
    "describe_sample",
    "describe_scales",
    "frequencies",
    "multivariate_normality",
    "scale_scores",
]
