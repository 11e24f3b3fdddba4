"""How near to the reference a number must come, and why, in one place.

The fixtures of lavaan are polished to a gradient below 1e-12 and printed with 15 digits, so most
tolerances are those of the arithmetic and not of two optimizers. Where one is looser, lavaan's own
computation is the reason, and the reason stands beside it.
"""

from __future__ import annotations

# Point estimates and standard errors: relative to max(1, |value|).
ESTIMATE = 1e-6

# lavaan takes the observed information by differences of its gradient with step 1e-5; standard
# errors and scaling factors made from it carry an error of about 1e-7 relative, more where the
# information is ill-conditioned.
STANDARD_ERROR = 1e-5

# Test statistics, measures: relative.
STATISTIC = 1e-6

# lavaan's nlminb ends a baseline fit at rel.tol 1e-10: scaled baseline tests differ by up to 6e-6
# relative between two of its own fits of the same baseline. What is formed from them inherits it.
BASELINE_SCALED = 2e-5

# With continuous variables among ordinal ones lavaan searches the polyserial and Pearson
# correlations with its optimizer's default tolerance: they carry an error of up to 1e-5.
POLYSERIAL = 2e-5

# lavaan finds RMSEA limits with uniroot's default tolerance, 1.2e-4 on the noncentrality scale.
RMSEA_NONCENTRALITY = 2.5e-4

# With nonlinear or inequality constraints lavaan's augmented Lagrangian stops at about 1e-4 of the
# solution (its objective there is higher than ours, which a test holds).
CONSTRAINED = 2e-4
