"""Every row of a population file is accounted for, once, or the file is refused as a whole."""

import csv
import io
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from services.dispatcher.campaigns.campaign import DispatchedCampaign
from services.dispatcher.channels.printing.files import PRINT
from services.dispatcher.customers.customer import Rejection
from services.dispatcher.customers.schema import BY_DEFAULT, PopulationSchema
from services.dispatcher.files.upload import Upload
from services.dispatcher.population.loader import PopulationLoader
from services.dispatcher.population.report import Candidate, LoadReport
from services.dispatcher.schedule.allocation import Eligible
from services.dispatcher.suppression.rules_file import load_suppression_rules
from services.dispatcher.suppression.window import ContactWindow
from shared.contracts import Contract, PopulationLoaded
from shared.customers.reference import Kind
from shared.errors import OtmError
from shared.protection import Keyring
from tests.dispatcher.given.people import CAMPAIGN, SCHEMA, campaign, utr
from tests.support.clocks import StoppedClock

KEYRING = Keyring("k", {"k": b"k" * 32}, b"i" * 32, b"r" * 32)


class Kept:
    """A repository that keeps everything in lists."""

    def __init__(self) -> None:
        self.judged: list[Candidate | Rejection] = []
        self.said: Sequence[Contract] = ()

    async def campaign(self, reference: str) -> DispatchedCampaign:
        return campaign()

    async def schema(self, campaign: DispatchedCampaign) -> PopulationSchema:
        return SCHEMA

    async def begin(self, load: str, campaign: str) -> None: ...

    async def add(self, load: str, first: int, block: Sequence[Candidate | Rejection]) -> None:
        assert first == len(self.judged) + 1
        self.judged += block

    async def finish(self, campaign: str, known_by: Kind, report: LoadReport, said: Sequence[Contract]) -> None:
        self.said = said

    async def withdraw(self, load: str, reasons: Mapping[int, str]) -> list[Eligible]:
        withdrawn = []
        for row, reason in reasons.items():
            item = self.judged[row - 1]
            if isinstance(item, Candidate) and item.place:
                self.judged[row - 1] = replace(item, suppressed=reason, place=None)
                withdrawn.append(Eligible(row, item.recipient.customer.stratum, item.place))
        return withdrawn

    async def write_in_welsh(self, load: str, rows: Sequence[int]) -> None: ...

    async def sha256(self, load: str) -> str:
        raise NotImplementedError

    async def discard(self, load: str) -> None:
        self.judged = []

    async def reasons(self, leaving: ContactWindow, customers: Sequence[bytes]) -> Mapping[bytes, Sequence[str]]:
        return {customer: ["insolvent"] for customer in customers if customer[0] < 32}


async def load(data: bytes, cut: int, kept: Kept) -> None:
    async def stream() -> AsyncIterator[bytes]:
        for start in range(0, len(data), cut):
            yield data[start : start + cut]

    folder = Path(tempfile.gettempdir())
    loader = PopulationLoader(kept, kept, load_suppression_rules(), {"print": PRINT}, KEYRING, StoppedClock(), folder)
    await loader.load(CAMPAIGN, Upload(stream(), "analyst"))


text_of_any_kind = st.text(st.characters(codec="utf-8"), max_size=8)
references = st.integers(0, 12).map(utr) | text_of_any_kind
cells = st.sampled_from(("", "Ann", "1 High Street", "ZZ1 1ZZ", '"', ",", "\r\n", "é", "\0")) | text_of_any_kind
flags = st.sampled_from(("", "", "", "deceased", "ceased"))
fine = (st.just("Ann"), st.just("1 High Street"), st.just("ZZ1 1ZZ"))
good = st.tuples(st.integers(0, 40).map(utr), *fine, flags).map(list)
bad = st.builds(lambda reference, rest: [reference, *rest], references, st.lists(cells, max_size=5))
tables = st.lists(good | bad, max_size=40)


@given(tables, st.integers(1, 400), st.sampled_from(("\n", "\r\n")))
@example([[utr(n), "Ann", "1 High Street", "ZZ1 1ZZ", ""] for n in range(501)], 5_000, "\n")
@example(
    [[utr(n), "Ann", "1 High Street", "ZZ1 1ZZ", flag] for n, flag in ((1, ""), (2, ""), (1, "deceased"))], 99, "\n"
)
async def test_every_row_is_randomised_suppressed_or_rejected_and_none_is_passed_over(
    table: list[list[str]], cut: int, line_end: str
) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows([[*BY_DEFAULT, "flags"], *table])
    kept = Kept()
    try:
        await load(text.getvalue().encode(), cut, kept)
    except OtmError:
        assert kept.judged == []
        return
    rows = [item.row if isinstance(item, Rejection) else item.recipient.row for item in kept.judged]
    assert rows == list(range(1, len(table) + 1))
    (report,) = [said for said in kept.said if isinstance(said, PopulationLoaded)]
    left_out = sum(tally.count for tally in (*report.rejected, *report.suppressed))
    assert report.rows == len(table) == left_out + report.eligible
    randomised = [item for item in kept.judged if isinstance(item, Candidate) and not item.suppressed]
    assert report.eligible == len(randomised) == len({item.recipient.customer.reference for item in randomised})
    assert all(item.place for item in randomised)
    assert flagged(kept).isdisjoint(item.recipient.customer.reference for item in randomised)
    places = {(item.place.stratum, item.place.number) for item in randomised if item.place}
    assert sum(stratum.randomised or 0 for stratum in report.strata) == len(places)
    assert sum(stratum.count for stratum in report.strata) == report.eligible


def flagged(kept: Kept) -> set[str]:
    """Returns the customers of whom any row says that they must not be written to."""
    found = [item.recipient.customer for item in kept.judged if isinstance(item, Candidate)]
    return {customer.reference for customer in found if customer.flags}


@given(st.binary(max_size=300), st.integers(1, 100), st.booleans())
async def test_no_bytes_whatever_bring_it_down_or_leave_anything(data: bytes, cut: int, header: bool) -> None:
    kept = Kept()
    with suppress(OtmError):
        await load(f"{','.join(BY_DEFAULT)}\n".encode() * header + data, cut, kept)
    assert bool(kept.judged) == bool(kept.said)
