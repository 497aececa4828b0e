"""The ground floor: people, fields, rules, and what they decided. It knows facts, not complaints."""

from .authority import ApprovalStep, AuthorityLevel, AuthorityLimit
from .authority_change import AuthorityChange
from .decisions import Assignment, Decision
from .delegation import Delegation
from .fields import Choice, Field
from .people import Absence, Clearance, Handler, OnAbsence, Skill, Team, User
from .rules import Condition, RequiredSkill, Rule, Ruleset
from .simulations import SimulatedCase, Simulation
from .versions import Version
from .weights import CaseWeight

__all__ = [
    "Absence",
    "ApprovalStep",
    "Assignment",
    "AuthorityChange",
    "AuthorityLevel",
    "AuthorityLimit",
    "CaseWeight",
    "Choice",
    "Clearance",
    "Condition",
    "Decision",
    "Delegation",
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
