"""The study folder: versions of the questionnaire, waves of answers, results by wave.

::

    study/
      study.json                  what the study is
      instruments/1.1.0/          each version: the file as given, version.json
      waves/W1/                   each wave: source/ the file as received, wave.json (hashes,
                                  dates, version), answers.parquet, text.parquet, decisions.csv
      results/W1/run-001/         each analysis: the folder that ``analyze`` writes

A thing gets its name in one step when it is whole, and is never changed after.
"""

from ecosurvey.study.adding import add_wave, init_study
from ecosurvey.study.model import StoredRun, StoredVersion, StoredWave, Study
from ecosurvey.study.reading import open_study
from ecosurvey.study.runs import keep_run, running

__all__ = [
    "StoredRun",
    "StoredVersion",
    "StoredWave",
    "Study",
    "add_wave",
    "init_study",
    "keep_run",
    "open_study",
    "running",
]
