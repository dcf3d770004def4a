"""Whose data it is: a customer, by the token that stands for them and the letters they hold."""

from shared.values import Value


class Subject(Value):
    """`customer` is None for somebody of whom we know a letter only."""

    customer: str | None
    letters: tuple[str, ...]

    @property
    def keys(self) -> list[str]:
        """What records, restrictions and the audit trail name them by."""
        return [*([self.customer] if self.customer else []), *self.letters]
