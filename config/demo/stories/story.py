from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """One kind of complaint. Texts have choices `[this|that]` and blanks `{amount}`, see config/demo/wording.py.

    `tried` is what the frontline tried in vain; `settled`, what it did that the customer accepted (empty: it cannot
    settle this). `upheld` is how likely the complaint is upheld; the rest is partly upheld or not. `refund` says
    that the amount is what the customer is out of pocket. `peak` is when it comes in often: from and until how many
    days ago. `aside` is why it is not ours to answer.
    """

    product: str
    issue: str
    said: str
    wanted: str
    found: str
    cause: str
    tried: str
    settled: str = ""
    sub: str = ""
    amount: tuple[int, int] | None = None
    severity: int = 2
    upheld: float = 0.6
    refund: bool = False
    fault: str = "ours"
    language: str = "en"
    restricted: str = ""
    need: str = ""
    loud: bool = False
    weight: int = 2
    peak: tuple[int, int] | None = None
    aside: str = ""
