"""The desk at which a part is written: the campaign, the part, and the item of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends
from starlette.responses import Response

from services.planner.callers import AllCampaigns
from services.planner.campaign import Campaign
from services.planner.campaigns import Campaigns
from services.planner.lifecycle import ENDED
from services.planner.writing.documents import as_json
from services.planner.writing.pages.fields import form_of
from services.planner.writing.part import Asked, Part, Scene
from services.planner.writing.parts import PARTS
from services.planner.writing.paths import Json
from services.planner.writing.standing import PartStanding, next_to_do, standings_of
from services.planner.writing.typed_part import NEW, facts_of, mark_of, typed_of
from shared.errors import NotFound, Problem
from shared.values import CampaignReference, Code
from shared.web.site.forms import Form
from shared.web.site.look import Look, TheLook, error_list, radio_items
from shared.web.site.visitors import Visit

SEEN_CHARACTERS = 4_000
"""The characters of each fact that a form keeps, to show what somebody else changed meanwhile."""


@dataclass(frozen=True, slots=True)
class Desk:
    """`at` is the place of an item in its whole list; None for a new one, and for a part without items."""

    look: Look
    campaigns: Campaigns
    campaign: Campaign
    part: Part
    standings: dict[str, PartStanding]
    at: int | None = None

    @property
    def standing(self) -> PartStanding:
        return self.standings[self.part.code]

    @property
    def whole(self) -> Json:
        return as_json(self.campaign, self.part.document)

    @property
    def asks(self) -> Sequence[Asked]:
        adds = self.part.items is not None and self.at is None
        return self.part.asks(Scene(self.campaign.plan, self.campaigns.directorates, adds))

    @property
    def opened(self) -> Json | None:
        """The values that the form is about, laid out; None for a new item, and for one that is there no more."""
        if self.part.items is None:
            return self.part.opened(self.whole)
        return next((self.part.opened(item) for at, item in self.part.listed(self.whole) if at == self.at), None)

    @property
    def facts(self) -> dict[str, str]:
        return {name: fact[:SEEN_CHARACTERS] for name, fact in facts_of(self.asks, self.opened or {}).items()}

    @property
    def path(self) -> str:
        return f"/campaigns/{self.campaign.reference}/write/{self.part.code}"

    @property
    def onward(self) -> str:
        """The page of the next part with something to do, or that of the campaign."""
        following = next_to_do(self.standings, self.part)
        home = f"/campaigns/{self.campaign.reference}"
        return f"{home}/write/{following.code}" if following else home

    async def now(self) -> "Desk":
        """Returns the desk with the campaign as it is now."""
        return await _desk(self.campaign.reference, self.part.code, self.campaigns, self.look, self.at)

    def at_item(self, place: str) -> "Desk":
        """Returns the desk at an item, by its number from 1 or `new`. Raises `NotFound` where there cannot be one."""
        if self.part.items is None or (place == "new" and not self.part.items.adds):
            raise NotFound("there is no such part of the plan")
        return replace(self, at=None if place == "new" else int(place) - 1)

    def listed(self, visit: Visit) -> Response:
        """Returns the page of all items."""
        rows = [
            (at + 1, self.part.items.named(item), facts_of(replace(self, at=at).asks, self.part.opened(item)))
            for at, item in self.part.listed(self.whole)
            if self.part.items
        ]
        return self.look.page("writing/items.html", visit, **self._values, rows=rows)

    def form(
        self, visit: Visit, typed: Form | None, status: int = 200, problems: Sequence[Problem] = (), **shown: Any
    ) -> Response:
        """Returns the page with the form: with what was typed, or with what is kept."""
        opened, words = self.opened, self.look.words(visit)
        again = typed if typed and "mark" in typed.fields and "different" not in shown else None
        present = NEW if opened is None else mark_of(self.asks, opened)
        values = {
            "asks": self.asks,
            "typed": typed or form_of(self.asks, typed_of(self.asks, opened or {})),
            "mark": again.text("mark") if again else present,
            "seen": again.text("seen") if again else json.dumps(self.facts),
            "errors": error_list(problems, words),
            "radios": {each.key: radio_items(options, words) for each in self.asks
                       if (options := getattr(each.kind, "options", None))},
            "exists": opened is not None and self.part.items is not None,
        }  # fmt: skip
        return self.look.page("writing/form.html", visit, status, **(self._values | values | shown))

    @property
    def _values(self) -> dict[str, Any]:
        return {
            "campaign": self.campaign,
            "part": self.part,
            "standing": self.standing,
            "named": self._name,
            "here": self.path,
            "onward": self.onward,
            "ended": self.campaign.state in ENDED,
        }

    @property
    def _name(self) -> str:
        items = self.part.items
        if items is None:
            return self.part.name
        found = next((item for at, item in self.part.listed(self.whole) if at == self.at), None)
        return items.named(found) if found else f"Add {items.one}"


async def the_desk(reference: CampaignReference, part: Code, campaigns: AllCampaigns, look: TheLook) -> Desk:
    """Raises `NotFound` for a part that there is not."""
    return await _desk(reference, part, campaigns, look)


async def _desk(reference: str, part: str, campaigns: Campaigns, look: Look, at: int | None = None) -> Desk:
    if part not in PARTS:
        raise NotFound("there is no such part of the plan")
    campaign, circumstances, now = await campaigns.with_circumstances(reference)
    return Desk(look, campaigns, campaign, PARTS[part], standings_of(campaign, circumstances, now.at), at)


TheDesk = Annotated[Desk, Depends(the_desk)]
