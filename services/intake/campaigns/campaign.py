"""A campaign as intake knows it: what its letters say, who deals with what is volunteered, and who is passed what."""

import re
from collections.abc import Iterable, Sequence

from services.intake.campaigns.routing import Rules
from services.intake.disclosures.assignment import DEFAULT_PROCESS
from shared.contracts import CampaignApproved
from shared.contracts.base import Generation
from shared.contracts.campaigns import VolunteeredProcess
from shared.values import CampaignReference, Instant, Value

WORD = re.compile(r"[^\W_]{3,}")
_TAGS = re.compile(r"\{\{.*?\}\}")
MOST_WORDS = 2_000
TITLE_WEIGHT = 3


class KnownCampaign(Value):
    """`title_words` are of its title and its letters' subjects, `words` of all that its letters say. `process` is for
    what is volunteered; None until its approval is heard, as where somebody gives it rules before that."""

    reference: CampaignReference
    title: str
    regime: str = ""
    process: VolunteeredProcess | None = None
    title_words: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    generation: Generation = 1
    """The index key that tokens of its customers in events are made with."""
    rules: Rules | None = None
    """Its own rules of routing; None where the default ones hold."""
    paused_at: Instant | None = None
    """The time since which its letters are paused; None while they go out, or have ended."""


def known_campaign(approved: CampaignApproved) -> KnownCampaign:
    letters = [letter for arm in approved.arms for letter in arm.letters]
    titles = words_of([approved.title, approved.campaign, approved.regime, *(letter.subject for letter in letters)])
    return KnownCampaign(
        reference=approved.campaign,
        title=approved.title,
        regime=approved.regime,
        process=approved.volunteered or DEFAULT_PROCESS,
        title_words=titles,
        words=titles | words_of(letter.body for letter in letters),
        generation=approved.generation,
    )


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The first `MOST_WORDS` different words, in small letters, without the places to fill."""
    found: dict[str, None] = {}
    for text in texts:
        for word in WORD.findall(_TAGS.sub(" ", text).lower()):
            found[word] = None
            if len(found) == MOST_WORDS:
                return frozenset(found)
    return frozenset(found)


def remembered(said: str, campaigns: Sequence[KnownCampaign], most: int = 5) -> list[KnownCampaign]:
    """The campaigns whose letters say most of what a customer remembers, best first.

    A word counts the more the fewer campaigns say it, and threefold where it is in a title.
    """
    asked = words_of([said])
    rarity = {word: 1 / (1 + sum(word in campaign.words for campaign in campaigns)) for word in asked}
    scored = [
        (sum(rarity[w] * (TITLE_WEIGHT if w in c.title_words else 1) for w in asked & c.words), c) for c in campaigns
    ]
    likely = sorted(((score, c) for score, c in scored if score > 0), key=lambda pair: (-pair[0], pair[1].reference))
    return [campaign for _, campaign in likely[:most]]
