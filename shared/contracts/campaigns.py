"""Events of planner about a campaign, from an idea to its end."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from shared.contracts.base import CampaignContract, Generation, Part
from shared.contracts.campaign_decisions import CampaignDecision
from shared.contracts.schedules import ExpectedContacts, Wave
from shared.customers.reference import ReferenceKind
from shared.values import CampaignReference, Code, Count, Instant, Number, OfficialText, Sha256, Title

Language = Literal["en", "cy"]


class AgentLetter(Part):
    """The text for the agents of one arm's customers, in the customer's language; with places as in a letter, and `{{
    agent_name }}`.
    """

    subject: Title
    body: OfficialText


class Letter(Part):
    """The letter of one arm in one language. `body` is markdown with `{{ field }}` places to fill. With an `agent`,
    customers' agents get a copy with its text, under the same letter reference.
    """

    language: Language
    subject: Title
    body: OfficialText
    agent: AgentLetter | None = None


class Arm(Part):
    """One arm of the trial. A control arm has no letters and is never contacted.

    `share` is its part of the allocation ratio: arms with shares 1, 2, 2 get 20%, 40% and 40% of the customers.
    """

    code: Code
    control: bool = False
    share: Number = 1
    channel: Code | None = None
    letters: tuple[Letter, ...] = ()


class VolunteeredProcess(Part):
    """The team that deals with volunteered information, the working days that it has from receipt, and what it does."""

    owner: Code
    working_days: Number
    process: OfficialText = ""


class ContactRoute(Part):
    """One kind of contact that is expected, the team that takes it, and how it answers."""

    kind: Code
    team: Code
    how: OfficialText = ""


class Helpline(Part):
    """One of the helplines that take the calls, and how many of a hundred come to it."""

    code: Code
    percent: Count


class Corrected(Part):
    """The wrong letters of `campaign` that another one corrects: those of these arms, in these languages (without any:
    in all), that went out from the day `since` to the day `until` by its plans up to `plan_version`.
    """

    campaign: CampaignReference
    arms: tuple[Code, ...]
    languages: tuple[Language, ...] = ()
    since: date
    until: date
    plan_version: Number


class CampaignSubmitted(CampaignContract):
    """A designer asks for approval, for the first time or `again`, after the plan had gone back."""

    event_type: ClassVar[str] = "campaign.submitted.v1"
    title: Title
    regime: Code
    customers: Count
    launch: date
    again: bool = False
    submitted_by: Code
    submitted_at: Instant


class CampaignApproved(CampaignContract):
    """The plan that everyone agreed, with all that other services need to carry it out once it is launched.

    `version` counts every change of the campaign, so that decisions can be put in order; `plan_version` counts the
    changes of its plan. An approval of a higher plan version replaces the plan of the lower one. `analysis_plan_sha256`
    is the seal of how the trial will be analysed: the SHA-256 of its canonical JSON (RFC 8785). With `corrects`, its
    customers are those who got the wrong letters. `contacts`, `special_treatments` (of customers who owe more) and
    `hand_over` (of calls, by the letter issuer) say how teams handle responses. `told_since` is the plan version in
    which a fact that teams are told last changed; None where that is not said. Tokens of its customers are made with
    the index key `generation`, as long as it lasts.
    """

    event_type: ClassVar[str] = "campaign.approved.v1"
    title: Title
    regime: Code
    risk: OfficialText
    reference_kind: ReferenceKind
    customers: Count
    launch: date
    respond_by: date | None = None
    arms: tuple[Arm, ...] = Field(min_length=1)
    allocation_seed: Count
    waves: tuple[Wave, ...] = Field(min_length=1)
    expected_contacts: tuple[ExpectedContacts, ...] = ()
    lines_to_take: Number | None = None
    stakeholders: tuple[Code, ...] = ()
    liability_expected: bool = False
    letter_issuer_takes_calls: bool = False
    volunteered: VolunteeredProcess | None = None
    helplines: tuple[Helpline, ...] = ()
    contacts: tuple[ContactRoute, ...] = ()
    special_treatments: OfficialText = ""
    hand_over: OfficialText = ""
    directorate: Code = "default"
    analysis_plan_sha256: Sha256 | None = None
    corrects: Corrected | None = None
    version: Number
    plan_version: Number
    told_since: Number | None = None
    generation: Generation = 1
    approved_by: Code
    approved_at: Instant

    @property
    def briefing(self) -> int:
        """The plan version whose briefing still holds."""
        return self.told_since or self.plan_version


class CampaignRejected(CampaignDecision):
    """There will be no such campaign, and this is done instead."""

    event_type: ClassVar[str] = "campaign.rejected.v1"
    instead: Literal["one-to-one", "another-approach", "pilot-first", "no-further-action"]


class CampaignLaunched(CampaignDecision):
    """Everything that must be agreed before a letter goes out is: from here on communications may be issued."""

    event_type: ClassVar[str] = "campaign.launched.v1"
    plan_version: Number


class CampaignAmended(CampaignDecision):
    """The plan was changed after it was submitted. `changed` names the aspects (`launch`, `size`, `channel`,
    `message`, …), `reopened` the gates that must be passed again, `void` the teams whose acknowledgement is void.
    `respond_by` and `waves` are those of the new plan.
    """

    event_type: ClassVar[str] = "campaign.amended.v1"
    plan_version: Number
    title: Title
    changed: tuple[Code, ...]
    reopened: tuple[Code, ...] = ()
    void: tuple[Code, ...] = ()
    launch: date
    respond_by: date | None = None
    waves: tuple[Wave, ...] = ()
    customers: Count
    expected_contacts: tuple[ExpectedContacts, ...] = ()
    stakeholders: tuple[Code, ...] = ()
