"""Northmere's own tree of root causes."""

from escalations.models import Cause

TREE: dict[str, tuple[str, dict[str, str]]] = {
    "people": (
        "People",
        {
            "wrong-information": "wrong information",
            "conduct": "rude or discriminatory conduct",
            "keyed-wrong": "instruction keyed wrong",
            "vulnerability-missed": "vulnerability missed",
        },
    ),
    "process": (
        "Process",
        {
            "hand-off-lost": "hand-off lost",
            "no-chaser": "no chaser",
            "evidence-not-kept": "evidence not kept",
            "call-back-not-made": "call-back not made",
            "urgent-line": "urgent line understaffed",
        },
    ),
    "technology": (
        "Technology",
        {
            "faulty-release": "faulty release",
            "marker-not-passed": "marker not passed on",
            "lock-out": "sign-in lock-out",
            "warning-ineffective": "scam warning ineffective",
        },
    ),
    "product": (
        "Product and policy",
        {
            "fee-unclear": "fee or rate unclear",
            "policy-rigid": "policy too rigid",
            "contact-harmful": "contact strategy harmful",
            "no-reasons": "decision without reasons",
        },
    ),
    "third-party": ("Third party", {"merchant": "merchant or scheme", "other-bank": "other bank or supplier"}),
    "no-failing": ("No failing", {"our-wording": "expectation set by our wording"}),
}


def make() -> None:
    for code, (name, children) in TREE.items():
        parent = Cause.objects.create(code=code, name=name)
        for child, label in children.items():
            Cause.objects.create(code=child, name=label.capitalize(), parent=parent)
