"""Navigation of the one site: the pages of all services, of which everybody sees those that their roles open."""

from dataclasses import dataclass

from shared.principal import Principal


@dataclass(frozen=True, slots=True)
class Place:
    """A page in the navigation. `prefixes` of scopes open it; `welsh` is its name in Welsh; `takes_files` where large
    files are sent to its pages.
    """

    path: str
    name: str
    welsh: str
    prefixes: tuple[str, ...]
    service: str
    takes_files: bool = False

    def open_to(self, person: Principal) -> bool:
        return any(scope.startswith(self.prefixes) for scope in person.scopes)


TEAM_WORK = ("referrals:work", "disclosures:work", "capacity:write")
"""Scopes of people whose team takes what customers answer."""
PLACES = (
    Place("/waiting", "Waiting for you", "Yn aros amdanoch", ("gates:", "campaigns:approve", "teams:"), "planner"),
    Place("/helpline", "Helplines today", "Llinellau cymorth heddiw", ("figures:read",), "intake"),
    Place("/capacity", "Capacity", "Capasiti", ("capacity:write",), "planner"),
    Place("/work-list", "Work list", "Rhestr waith", ("disclosures:work", "referrals:work"), "intake"),
    Place("/coming", "What is coming", "Yr hyn sydd ar ddod", TEAM_WORK, "planner"),
    Place("/campaigns", "Campaigns", "Ymgyrchoedd", ("campaigns:",), "planner"),
    Place(
        "/populations",
        "Populations",
        "Poblogaethau",
        ("population:write", "dispatch:read"),
        "dispatcher",
        takes_files=True,
    ),
    Place("/press", "Press", "Y wasg", ("teams:press-office", "campaigns:write", "campaigns:approve"), "planner"),
    Place("/operations", "Operations", "Gweithrediadau", ("operations:read",), "notifier"),
    Place("/desk", "Desk", "Desg", ("contacts:write",), "intake"),
)


def places_for(person: Principal) -> list[Place]:
    """Returns the pages that are open to a person, in the order of the navigation."""
    return [place for place in PLACES if place.open_to(person)]
