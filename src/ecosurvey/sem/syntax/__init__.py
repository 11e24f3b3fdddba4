"""lavaan's model language: text to statements to the parameter table."""

from ecosurvey.sem.syntax.expression import Expression, dual, evaluate, parse_expression
from ecosurvey.sem.syntax.parser import parse_model
from ecosurvey.sem.syntax.partable import model_roles, parameter_table
from ecosurvey.sem.syntax.statements import Formula, Modifiers, Relation, Statement, Term, Word

__all__ = [
    "Expression",
    "Formula",
    "Modifiers",
    "Relation",
    "Statement",
    "Term",
    "Word",
    "dual",
    "evaluate",
    "model_roles",
    "parameter_table",
    "parse_expression",
    "parse_model",
]
