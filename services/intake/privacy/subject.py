"""The subject of data: a customer, by the token that stands for them and the letters they hold."""

from shared.values import Value


class Subject(Value):
    """The customer's token and letters; `customer` is None where only a letter is known."""

    customer: str | None
    letters: tuple[str, ...]

    @property
    def keys(self) -> list[str]:
        """Names of the customer in records, restrictions and the audit trail."""
        return [*([self.customer] if self.customer else []), *self.letters]
