"""Wave after wave: what changed, and is it real."""

from ecosurvey.waves.change import WaveChange, WaveLevel
from ecosurvey.waves.chart import ChartPoint
from ecosurvey.waves.comparability import Comparability, DriftTest
from ecosurvey.waves.compare import compare_waves
from ecosurvey.waves.lagged import CrossLagged, LaggedPath, cross_lagged
from ecosurvey.waves.moments import WaveMoments, wave_moments
from ecosurvey.waves.panel import Panel, ScoreChange
from ecosurvey.waves.panel_paths import PanelPaths
from ecosurvey.waves.result import WaveComparison

__all__ = [
    "ChartPoint",
    "Comparability",
    "CrossLagged",
    "DriftTest",
    "LaggedPath",
    "Panel",
    "PanelPaths",
    "ScoreChange",
    "WaveChange",
    "WaveComparison",
    "WaveLevel",
    "WaveMoments",
    "compare_waves",
    "cross_lagged",
    "wave_moments",
]
