"""The ground floor: people, fields, rules, and what they decided. It knows facts, not complaints."""

from .authority import AuthorityLevel, AuthorityLimit
from .decisions import Assignment, Decision
from .fields import Choice, Field
from .people import Absence, Clearance, Handler, OnAbsence, Skill, Team, User
from .rules import Condition, RequiredSkill, Rule, Ruleset
from .simulations import SimulatedCase, Simulation
from .versions import Version
from .weights import CaseWeight

__all__ = [
    "Absence",
    "Assignment",
    "AuthorityLevel",
    "AuthorityLimit",
    "CaseWeight",
    "Choice",
    "Clearance",
    "Condition",
    "Decision",
    "Field",
    "Handler",
    "OnAbsence",
    "RequiredSkill",
    "Rule",
    "Ruleset",
    "SimulatedCase",
    "Simulation",
    "Skill",
    "Team",
    "User",
    "Version",
]
