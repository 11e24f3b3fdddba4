"""One model over multiply imputed data: fits of every completed copy, pooled."""

from ecosurvey.sem.imputed.fit import sem_mi
from ecosurvey.sem.imputed.result import ImputedSem
from ecosurvey.sem.imputed.test import PooledTest

__all__ = ["ImputedSem", "PooledTest", "sem_mi"]
