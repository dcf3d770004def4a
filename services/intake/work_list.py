"""What waits for a team, a page at a time."""

from shared.paging import Placed
from shared.values import CampaignReference, Identifier, LetterReference


class Waiting(Placed):
    """Something on a work list: of which contact, and about whom."""

    id: Identifier
    contact: Identifier
    campaign: CampaignReference | None
    letter: LetterReference | None = None
    customer: str | None = None
    given: str | None = None

    @property
    def about(self) -> list[str | None]:
        """Every name of the customer, as its contact has them."""
        return [self.customer, self.letter, self.given]
