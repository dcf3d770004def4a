"""A row of a population file: a customer to write to, or the reason why the row is rejected."""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from services.dispatcher.customers.agent import Agent, read_agent
from services.dispatcher.customers.fields import FieldRefused, cleaned_fields, contact, lines_of, postcode_reader
from services.dispatcher.customers.schema import PopulationSchema
from shared.errors import Invalid
from shared.reading.addresses import nameless
from shared.reading.emails import email_address
from shared.reading.phones import phone_number
from shared.reading.signs import seen

WELSH = "cy"
LANGUAGES = {"": "en", "en": "en", "cy": WELSH}
STANDARD = "standard"
FORMATS = ("large-print", "braille", "audio")
EXTRA_SUPPORT = "extra-support"
FLAGS = frozenset(
    {"deceased", "insolvent", "open-check", "dispute", "time-to-pay", "ceased", "returned-mail", EXTRA_SUPPORT,
     *FORMATS}
)  # fmt: skip
REACHED_BY: AbstractSet[str] = frozenset({"postcode", "email", "phone"})
"""Fields by which customers are reached."""
ADDRESS = ("address_1", "address_2", "address_3", "address_4")
NO_STRATUM = "all"
BETWEEN_FLAGS = re.compile(r"[;,|]")
STRATUM = re.compile(r"(?=.{1,60}$)[a-z0-9]+(-[a-z0-9]+)*")
"""A code, because strata are named in events."""


@dataclass(frozen=True, slots=True, repr=False)
class Customer:
    """`flags` are codes of `FLAGS`; customers with the same `cluster` are randomised together."""

    reference: str
    name: str
    address: tuple[str, ...]
    postcode: str
    language: str
    flags: frozenset[str]
    cluster: str | None
    stratum: str
    email: str = ""
    phone: str = ""
    agent: Agent | None = None

    @property
    def erased(self) -> bool:
        """True once all personal data was taken out: there is nobody to write to any more."""
        return not self.reference

    @property
    def format(self) -> str:
        return next((wanted for wanted in FORMATS if wanted in self.flags), STANDARD)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A customer as the population has it, and the row that it came from."""

    row: int
    customer: Customer = field(repr=False)


@dataclass(frozen=True, slots=True)
class Told:
    """Flags of a customer in a row that is rejected: one that suppresses them counts all the same."""

    reference: str = field(repr=False)
    flags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rejection:
    """Rejection of row `row` (the first after the header is 1): never says what stood in it."""

    row: int
    field: str
    reason: str
    told: Told | None = dataclasses.field(default=None, compare=False, repr=False)


def read_customer(
    row: int, fields: Mapping[str, str], schema: PopulationSchema, needed: AbstractSet[str] = REACHED_BY
) -> Customer | Rejection:
    """Returns a customer from the named fields of one row, or the first thing that is wrong with it.

    `needed` are the means by which a channel of the campaign reaches customers: what none needs rejects nobody.
    """
    try:
        shown = cleaned_fields(fields)
        _expect_filled(shown, ("name", *schema.required))
        return _customer(shown, schema, needed | frozenset(schema.required))
    except FieldRefused as refused:
        return Rejection(row, refused.field, refused.reason, _told(fields, schema))


def _expect_filled(fields: Mapping[str, str], names: Iterable[str]) -> None:
    for name in names:
        if not fields[name] or (name == "name" and nameless(fields[name])):
            raise FieldRefused(name, "missing")


def _customer(fields: Mapping[str, str], schema: PopulationSchema, needed: AbstractSet[str]) -> Customer:
    lines = lines_of(fields, ADDRESS)
    return Customer(
        reference=_reference(fields["customer_reference"], schema),
        name=fields["name"],
        address=lines,
        postcode=contact("postcode", fields.get("postcode", ""), postcode_reader(lines), "postcode" in needed),
        language=_language(fields.get("language", "")),
        flags=_flags(fields),
        cluster=fields.get("cluster") or None,
        stratum=_stratum(fields, schema.strata),
        email=contact("email", fields.get("email", ""), email_address, "email" in needed),
        phone=contact("phone", fields.get("phone", ""), phone_number, "phone" in needed),
        agent=read_agent(fields),
    )


def _told(fields: Mapping[str, str], schema: PopulationSchema) -> Told | None:
    """Returns what a rejected row says of a customer all the same, if it can be read."""
    try:
        flags = _codes(fields.get("flags", "")) & FLAGS
        return Told(schema.reference.normalised(fields["customer_reference"]), flags) if flags else None
    except Invalid:
        return None


def _reference(text: str, schema: PopulationSchema) -> str:
    try:
        return schema.reference.normalised(text)
    except Invalid as error:
        raise FieldRefused("customer_reference", error.problems[0].rule) from None


def _language(text: str) -> str:
    language = LANGUAGES.get(seen(text).lower())
    if language is None:
        raise FieldRefused("language", "unknown")
    return language


def _flags(fields: Mapping[str, str]) -> frozenset[str]:
    flags = _codes(fields.get("flags", ""))
    if not flags <= FLAGS:
        raise FieldRefused("flags", "unknown")
    wanted = _code(fields.get("format", ""))
    if wanted not in ("", STANDARD, *FORMATS):
        raise FieldRefused("format", "unknown")
    formats = flags.intersection(FORMATS) | ({wanted} & set(FORMATS))
    if len(formats) > 1 or (formats and wanted == STANDARD):
        raise FieldRefused("format", "more-than-one")
    return flags | formats


def _codes(text: str) -> frozenset[str]:
    """Returns codes with semicolons, commas or bars between them; `Extra support` is `extra-support`."""
    return frozenset(code for each in BETWEEN_FLAGS.split(text) if (code := _code(each)))


def _code(text: str) -> str:
    return "-".join(seen(text).lower().split())


def _stratum(fields: Mapping[str, str], names: tuple[str, ...]) -> str:
    """Returns the code of one field; for several fields, `region-north-size-small`, which no other values give."""
    if not names:
        code = seen(fields.get("stratum", "")).lower() or NO_STRATUM
        if not STRATUM.fullmatch(code):
            raise FieldRefused("stratum", "not-a-code")
        return code
    parts = [(name, "-".join(seen(fields.get(name, "")).lower().split())) for name in names]
    for name, value in parts:
        if not STRATUM.fullmatch(value) or not set(value.split("-")).isdisjoint(_words(names)):
            raise FieldRefused(name, "not-a-code")
    code = "-".join(f"{'-'.join(_words((name,)))}-{value}" for name, value in parts)
    if not STRATUM.fullmatch(code):
        raise FieldRefused(names[-1], "stratum-too-long")
    return code


def _words(names: tuple[str, ...]) -> list[str]:
    return [word for name in names for word in name.split("_") if word]
