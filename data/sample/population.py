"""The population from which the synthetic sample waves are drawn, and what is true in it.

All latent variables have variance 1, so every coefficient is standardized:

    eta = B eta + zeta                 constructs; zeta of exogenous ones have correlation PHI
    facet = gamma * eta + disturbance  second-order constructs BAR and ECO
    y* = lambda * construct + error    one continuous response for each item, variance 1
    y = 1 + number of thresholds below y*

Groups (role, type of integration, …) are drawn given the latent variables, so the moments of the
constructs stay exactly as stated here although groups differ.
"""

import numpy as np
from numpy.typing import NDArray

EXOGENOUS = ("POL", "FUN", "CUL", "TEC", "ENT", "BAR")
MEDIATORS = ("PLT", "STD", "TCH")
OUTCOME = "ECO"
STRUCTURAL = (*EXOGENOUS, *MEDIATORS, OUTCOME)

PHI = {
    ("POL", "FUN"): 0.40, ("POL", "CUL"): 0.35, ("POL", "TEC"): 0.30, ("POL", "ENT"): 0.30,
    ("FUN", "CUL"): 0.30, ("FUN", "TEC"): 0.35, ("FUN", "ENT"): 0.25, ("CUL", "TEC"): 0.30,
    ("CUL", "ENT"): 0.25, ("TEC", "ENT"): 0.25, ("POL", "BAR"): -0.20, ("FUN", "BAR"): -0.15,
    ("CUL", "BAR"): -0.25, ("TEC", "BAR"): -0.15, ("ENT", "BAR"): -0.20,
}  # fmt: skip

# One hypothesis of the study, FUN -> PLT, is false in this population: a test must be able to fail.
PATHS = {
    ("POL", "PLT"): 0.14, ("FUN", "PLT"): 0.00, ("CUL", "PLT"): 0.10, ("TEC", "PLT"): 0.08,
    ("ENT", "PLT"): 0.42, ("BAR", "PLT"): -0.12,
    ("POL", "STD"): 0.16, ("FUN", "STD"): 0.18, ("TEC", "STD"): 0.28, ("ENT", "STD"): 0.12,
    ("POL", "TCH"): 0.12, ("FUN", "TCH"): 0.34, ("CUL", "TCH"): 0.30,
    ("PLT", "ECO"): 0.52, ("STD", "ECO"): 0.27, ("TCH", "ECO"): 0.11, ("ENT", "ECO"): 0.14,
    ("BAR", "ECO"): -0.06,
}  # fmt: skip

RESIDUAL_CORRELATIONS = {("PLT", "STD"): 0.15, ("PLT", "TCH"): 0.10, ("STD", "TCH"): 0.15}

FACETS = {
    "BAR": {"BCU": 0.74, "BST": 0.82, "BCO": 0.85},
    "ECO": {"CHN": 0.85, "VCC": 0.82, "TAL": 0.80, "COM": 0.76},
}

LOADINGS = {
    "POL": (0.78, 0.80, 0.74, 0.76, 0.64), "FUN": (0.76, 0.74, 0.80, 0.78),
    "CUL": (0.74, 0.72, 0.80, 0.74), "TEC": (0.82, 0.76, 0.72, 0.78),
    "ENT": (0.82, 0.80, 0.76, 0.66), "BCU": (0.76, 0.80, 0.72),
    "BST": (0.80, 0.74, 0.78), "BCO": (0.72, 0.78, 0.82),
    "PLT": (0.80, 0.82, 0.76, 0.74, 0.64), "STD": (0.80, 0.76, 0.74, 0.82),
    "TCH": (0.82, 0.74, 0.72, 0.76, 0.62), "CHN": (0.78, 0.74, 0.80, 0.72),
    "VCC": (0.80, 0.76, 0.82, 0.74), "TAL": (0.78, 0.80, 0.76, 0.68),
    "COM": (0.76, 0.80, 0.78, 0.66),
}  # fmt: skip

REVERSED = ("POL5", "ENT4", "PLT5", "TCH5")

# Thresholds of y*, in the scoring direction: people tend to agree about colleges, hence the skew.
_AGREE = (-1.90, -1.15, -0.35, 0.85)
_BARRIER = (-1.50, -0.65, 0.25, 1.25)
_EXTENT = (-1.60, -0.75, 0.10, 1.10)
_SHIFTS = (0.00, 0.15, -0.10, 0.20, 0.25)  # items of a construct differ in how easily one agrees

REWORDED = {
    "item": "CUL4", "wave": "W2",
    "loading": {"W1": 0.74, "W2": 0.60},
    "threshold_shift": {"W1": 0.0, "W2": -0.45},
}  # fmt: skip
LATENT_MEANS = {"W1": {}, "W2": {"TEC": 0.35}}  # all others are 0 in both waves


def structural_matrix() -> NDArray[np.float64]:
    """Return B, (10, 10): row = what is explained, column = by what."""
    b = np.zeros((len(STRUCTURAL),) * 2)
    for (source, target), value in PATHS.items():
        b[STRUCTURAL.index(target), STRUCTURAL.index(source)] = value
    return b


def disturbances() -> NDArray[np.float64]:
    """Return the covariance of zeta, (10, 10), that gives every construct variance 1."""
    k = len(STRUCTURAL)
    b = structural_matrix()
    psi = np.eye(k)
    for (one, other), value in PHI.items():
        i, j = STRUCTURAL.index(one), STRUCTURAL.index(other)
        psi[i, j] = psi[j, i] = value
    sigma = psi.copy()
    for i, name in enumerate(STRUCTURAL):  # in causal order
        if name in EXOGENOUS:
            continue
        free = 1.0 - b[i, :i] @ sigma[:i, :i] @ b[i, :i]
        if name in MEDIATORS:
            psi[i, i] = free
            for j in range(len(EXOGENOUS), i):
                r = RESIDUAL_CORRELATIONS[(STRUCTURAL[j], name)]
                psi[i, j] = psi[j, i] = r * np.sqrt(psi[i, i] * psi[j, j])
        else:
            psi[i, i] = free
        sigma[i, :i] = b[i, :i] @ sigma[:i, :i]
        if name in MEDIATORS:
            sigma[i, len(EXOGENOUS) : i] += psi[i, len(EXOGENOUS) : i]
        sigma[:i, i] = sigma[i, :i]
        sigma[i, i] = 1.0
    return psi


def construct_correlations() -> NDArray[np.float64]:
    """Return the correlations of the constructs, (10, 10)."""
    way = np.linalg.inv(np.eye(len(STRUCTURAL)) - structural_matrix())
    return way @ disturbances() @ way.T


def total_effects() -> dict[str, float]:
    """Return each construct's standardized total effect on the outcome."""
    way = np.linalg.inv(np.eye(len(STRUCTURAL)) - structural_matrix())
    return {name: float(way[-1, i]) for i, name in enumerate(STRUCTURAL[:-1])}


def r_squared() -> dict[str, float]:
    """Return the explained share of each endogenous construct."""
    psi = disturbances()
    return {
        name: float(1.0 - psi[i, i]) for i, name in enumerate(STRUCTURAL) if name not in EXOGENOUS
    }


def item_loadings(wave: str) -> dict[str, float]:
    """Return each item's standardized loading, in the scoring direction."""
    loadings = {
        f"{construct}{i + 1}": value
        for construct, values in LOADINGS.items()
        for i, value in enumerate(values)
    }
    loadings[REWORDED["item"]] = REWORDED["loading"][wave]
    return loadings


def item_thresholds(wave: str) -> dict[str, tuple[float, ...]]:
    """Return each item's four thresholds, in the scoring direction."""
    thresholds: dict[str, tuple[float, ...]] = {}
    for construct, values in LOADINGS.items():
        base = (
            _BARRIER if construct in FACETS["BAR"]
            else _EXTENT if construct in FACETS["ECO"]
            else _AGREE
        )  # fmt: skip
        for i in range(len(values)):
            item = f"{construct}{i + 1}"
            shift = _SHIFTS[i] + (
                REWORDED["threshold_shift"][wave] if item == REWORDED["item"] else 0.0
            )
            thresholds[item] = tuple(round(value + shift, 4) for value in base)
    return thresholds
