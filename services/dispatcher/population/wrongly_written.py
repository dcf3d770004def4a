"""A letter that another campaign sent and that has to be corrected, and how such letters are found."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol

from services.dispatcher.customers.customer import Customer
from services.dispatcher.customers.schema import PopulationSchema
from shared.contracts.campaigns import Corrected


@dataclass(frozen=True, slots=True)
class WrongLetter:
    """A wrong letter and its customer. `came_back`: it is known not to have reached them."""

    reference: str
    customer: Customer = field(repr=False)
    came_back: bool = False


class WrongLetters(Protocol):
    def of(self, corrects: Corrected) -> AsyncIterator[WrongLetter]:
        """Yields every letter that really went out and is wrong, in the order of its population; none of customers who
        were erased. Raises `NotYet` for a campaign that was not heard of.
        """
        ...

    async def schema(self, corrects: Corrected) -> PopulationSchema:
        """Returns the schema by which the customers of the wrong letters are known."""
        ...
