"""What Northmere's customers complain about, in their own voice. Northmere and everybody in it is invented."""

from config.demo.stories.cards import CARDS
from config.demo.stories.care import CARE
from config.demo.stories.digital import DIGITAL
from config.demo.stories.everyday import EVERYDAY
from config.demo.stories.fraud import FRAUD
from config.demo.stories.lending import LENDING
from config.demo.stories.outside import OUTSIDE
from config.demo.stories.people import PEOPLE
from config.demo.stories.savings import SAVINGS
from config.demo.stories.story import Story

STORIES: tuple[Story, ...] = (*CARDS, *EVERYDAY, *LENDING, *SAVINGS, *DIGITAL, *FRAUD, *CARE, *PEOPLE)
"""All of them. A quiet one fires no criterion when it comes in; a loud one fires at least one."""

__all__ = ["OUTSIDE", "STORIES", "Story"]
