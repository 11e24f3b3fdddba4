"""What the questionnaire says of its background variables, for the description of a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecosurvey.cleaning import CleanData
    from ecosurvey.core import Text


def background(kept: CleanData) -> dict[str, tuple[Text, dict[int, Text]]]:
    """Return each background variable's words, and those of its codes.

    Only variables that the answers hold; those that screened respondents out are left out, as
    whoever failed them is no longer here.

    Examples
    --------
    >>> import ecosurvey as es
    >>> asked = es.load_instrument("instruments/holzinger.yaml")
    >>> kept = es.clean(es.read_responses("data/sample/holzinger.csv", asked))
    >>> sorted(background(kept))
    ['agemo', 'ageyr', 'grade', 'school', 'sex']
    """
    found: dict[str, tuple[Text, dict[int, Text]]] = {}
    columns = set(kept.frame.columns)
    for variable in kept.responses.instrument.variables:
        labels = {option.code: option.label for option in variable.options}
        if not labels and variable.scale is not None:
            labels = dict(variable.scale.labels)
        several = {f"{variable.id}_{code}" for code in labels}
        shown = variable.id in columns or bool(several and several <= columns)
        if shown and variable.screen is None:
            found[variable.id] = (variable.label, labels)
    return found
