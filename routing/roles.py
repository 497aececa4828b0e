"""The Django permissions that each staff role needs on this floor: names are `routing.<codename>`."""

from collections.abc import Iterable, Iterator

ALL = ("view", "add", "change", "delete")
PEOPLE = ("team", "handler", "skill")
CODES = ("field", "choice")
LADDER = ("authoritylevel", "authoritylimit", "approvalstep")
RULES = ("ruleset", "rule", "condition")
REPLAYS = ("simulation", "simulatedcase")
SETTINGS = ("absence", "clearance", "caseweight", "delegation")
EVERYTHING = (
    "user",
    *PEOPLE,
    *SETTINGS,
    *CODES,
    *LADDER,
    *RULES,
    *REPLAYS,
    "decision",
    "assignment",
    "authoritychange",
)


def _needs(acts: Iterable[str], models: Iterable[str]) -> Iterator[str]:
    models = tuple(models)
    return (f"routing.{act}_{model}" for act in acts for model in models)


NEEDS: dict[str, list[str]] = {
    "Frontline agent": [*_needs(["view"], ["team", *CODES])],
    "Escalation coordinator": [*_needs(["view"], [*PEOPLE, "absence", *CODES, "decision", "assignment"])],
    "Handler": [
        *_needs(["view"], [*PEOPLE, *CODES, "decision", "assignment"]),
        *_needs(["view", "add", "change"], ["delegation"]),
        "routing.hold_cases",
    ],
    "Manager": [
        *_needs(["view"], [*PEOPLE, *CODES, *LADDER, "decision", "assignment", "authoritychange"]),
        *_needs(["view", "add", "change"], ["absence", "delegation"]),
        "routing.exceed_capacity",
        "routing.confirm_authoritychange",
    ],
    "Routing supervisor": [
        *_needs(ALL, RULES),
        *_needs(["view"], [*PEOPLE, "absence", "clearance", *CODES, "authoritylevel", "decision", "assignment"]),
        *_needs(["view"], REPLAYS),
        "routing.add_simulation",
        *_needs(["view", "add", "change"], ["caseweight"]),
        "routing.publish_ruleset",
    ],
    "Quality analyst": [*_needs(["view"], ["team", "skill", *CODES])],
    "Compliance officer": [*_needs(["view"], EVERYTHING)],
    "Administrator": [
        *_needs(["view", "add", "change"], ["user", "choice", "team"]),
        *_needs(ALL, ["skill", "clearance", "handler", "absence", "authoritylimit", "approvalstep", "delegation"]),
        *_needs(["view", "add", "change"], ["field", "authoritylevel", "caseweight"]),
        *_needs(["view"], [*RULES, "authoritychange"]),
        "routing.confirm_authoritychange",
    ],
}
