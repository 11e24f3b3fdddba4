"""How many respondents the next wave needs, and answers to rehearse its analysis with."""

from ecosurvey.planning.assumptions import Assumptions, load_assumptions
from ecosurvey.planning.change_power import change_power
from ecosurvey.planning.earlier import assumptions_from
from ecosurvey.planning.noncentral import population_power
from ecosurvey.planning.population import Population, population_of
from ecosurvey.planning.power import power
from ecosurvey.planning.power_result import Power, PowerRow
from ecosurvey.planning.rmsea import (
    RmseaPower,
    rmsea_interval_width,
    rmsea_power,
    rmsea_power_nested,
    rmsea_precision_sample_size,
    rmsea_sample_size,
)
from ecosurvey.planning.sample_size import change_sample_size, sample_size
from ecosurvey.planning.wave import SimulatedWave, simulate_wave

__all__ = [
    "Assumptions",
    "Population",
    "Power",
    "PowerRow",
    "RmseaPower",
    "SimulatedWave",
    "assumptions_from",
    "change_power",
    "change_sample_size",
    "load_assumptions",
    "population_of",
    "population_power",
    "power",
    "rmsea_interval_width",
    "rmsea_power",
    "rmsea_power_nested",
    "rmsea_precision_sample_size",
    "rmsea_sample_size",
    "sample_size",
    "simulate_wave",
]
