"""Checks of a well-formed directory and rules: names that do not exist, rules that never fire."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateSyntaxError

from services.notifier.rulebook.directory import BY_MAIL, Directory
from services.notifier.rulebook.ports import TemplateSource
from services.notifier.rulebook.rules import (
    ESCALATION,
    EXCURSION,
    FROM_EVENT,
    OF_CAMPAIGN,
    REMINDER,
    TEAM_DIGEST,
    Daily,
    Missing,
    NotInTime,
    Rule,
)
from services.notifier.rulebook.template_facts import CHASED, DIGEST, WORDS, Types, supplied
from services.notifier.rulebook.template_fields import unknown_fields
from services.notifier.rulebook.yaml_lines import Finding, MarkedFile, Place, perhaps
from shared.contracts import Contract, InformationVolunteered
from shared.contracts.base import CampaignContract

OWN: Mapping[str, Types] = {REMINDER: CHASED, ESCALATION: CHASED, TEAM_DIGEST: DIGEST}
"""The templates that no rule names, and what they are given."""


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Names that the files may use: the events that are heard, the templates, and the endpoints where known."""

    events: Mapping[str, type[Contract]]
    templates: TemplateSource
    endpoints: frozenset[str] | None


class Checks:
    """Checks that add their findings to the files."""

    def __init__(self, directory: MarkedFile, rules: MarkedFile, ground: KnownNames) -> None:
        self.directory = directory
        self.rules = rules
        self._ground = ground

    def check_directory(self, directory: Directory) -> None:
        if directory.on_call not in directory.teams:
            self._no_team(self.directory, ("on_call",), directory.on_call, directory)
        if directory.authors not in (None, *directory.teams):
            self._no_team(self.directory, ("authors",), str(directory.authors), directory)
        for code, team in directory.teams.items():
            if all(contact.urgent_only for contact in team.contacts):
                self.directory.find(
                    ("teams", code, "contacts"), f"{code} cannot be told what is not urgent",
                    "Give it a contact without urgent_only",
                )  # fmt: skip
            for number, stand_in in enumerate(team.stand_ins):
                place: Place = ("teams", code, "stand_ins", number, "team")
                if stand_in.team == code:
                    self.directory.find(place, f"{code} stands in for itself", "Name another team")
                elif stand_in.team not in directory.teams:
                    self._no_team(self.directory, place, stand_in.team, directory)
            self._check_contacts(code, directory)

    def check_rules(self, directory: Directory, rules: Sequence[Rule]) -> None:
        for code, facts in OWN.items():
            self._check_template(("rules",), code, facts)
        for number, rule in enumerate(rules):
            self._check_rule(("rules", number), rule, directory)
        self._check_repetition(rules)

    def _check_contacts(self, code: str, directory: Directory) -> None:
        seen: set[tuple[str, str]] = set()
        for number, contact in enumerate(directory.teams[code].contacts):
            place: Place = ("teams", code, "contacts", number, "address")
            if (contact.channel, contact.address) in seen:
                self.directory.find(place, f"{code} has this address twice", "Remove one of them")
            seen.add((contact.channel, contact.address))
            known = self._ground.endpoints
            if contact.channel not in BY_MAIL and known is not None and contact.address not in known:
                fix = f"Add it to the endpoints file{perhaps(contact.address, known)}"
                self.directory.find(place, f"there is no endpoint {contact.address}", fix)

    def _check_rule(self, place: Place, rule: Rule, directory: Directory) -> None:
        events = self._ground.events
        if rule.event is not None and rule.event not in events:
            fix = f"Use an event that notifier hears{perhaps(rule.event, events)}"
            self.rules.find((*place, "when", "event"), f"rule {rule.code} can never fire: no event {rule.event}", fix)
            return
        for number, receiver in enumerate(rule.to):
            self._check_receiver((*place, "to", number), rule, receiver, directory)
        self._check_sense(place, rule)
        self._check_template((*place, "template"), rule.template, supplied(rule, events))

    def _check_receiver(self, place: Place, rule: Rule, receiver: str, directory: Directory) -> None:
        if receiver in OF_CAMPAIGN:
            self._check_campaign(place, rule)
        elif not receiver.startswith(FROM_EVENT):
            if receiver not in directory.teams:
                self._no_team(self.rules, place, receiver, directory)
        else:
            self._check_field(place, rule, receiver.removeprefix(FROM_EVENT))

    def _check_campaign(self, place: Place, rule: Rule) -> None:
        contract = self._ground.events.get(rule.event or "")
        if contract is None or not issubclass(contract, CampaignContract):
            self.rules.find(place, f"rule {rule.code} waits for no event of a campaign", "Name the team")
        elif EXCURSION in rule.to and "excursion" not in contract.model_fields:
            self.rules.find(place, f"{contract.event_type} is about no excursion of contacts", "Name the team")

    def _check_field(self, place: Place, rule: Rule, field: str) -> None:
        contract = self._ground.events.get(rule.event or "")
        if contract is None:
            self.rules.find(place, f"rule {rule.code} has no event to take {field} from", "Name the team")
        elif field not in contract.model_fields or not _names_teams(contract.model_fields[field].annotation):
            self.rules.find(
                place, f"{contract.event_type} names no team in {field}, so rule {rule.code} can never fire",
                "Name a team, or another field of the event",
            )  # fmt: skip

    def _check_sense(self, place: Place, rule: Rule) -> None:
        if rule.gather_minutes is not None and rule.event is None:
            self.rules.find((*place, "gather_minutes"), "only events can be gathered", "Remove gather_minutes")
        if rule.once_in_minutes is not None and rule.event is None:
            self.rules.find(
                (*place, "once_in_minutes"), "a moment comes once by itself", "Remove once_in_minutes"
            )  # fmt: skip
        if rule.gather_minutes is not None and rule.once_in_minutes is not None:
            self.rules.find(
                (*place, "once_in_minutes"), "what is gathered has no repeats", "Remove gather_minutes or this"
            )  # fmt: skip
        if isinstance(rule.when, Daily) and rule.acknowledge:
            self.rules.find(
                (*place, "acknowledge"), "what comes every day is overtaken before anyone is reminded",
                "Remove acknowledge",
            )  # fmt: skip

    def _check_repetition(self, rules: Sequence[Rule]) -> None:
        codes: set[str] = set()
        meanings: dict[tuple[Any, ...], str] = {}
        for number, rule in enumerate(rules):
            place: Place = ("rules", number)
            if rule.code in codes:
                self.rules.find((*place, "code"), f"there are two rules {rule.code}", "Rename one of them")
            codes.add(rule.code)
            for receiver in rule.to:
                first = meanings.setdefault((rule.when, receiver, rule.template), rule.code)
                if first != rule.code:
                    message = f"rule {rule.code} tells {receiver} what rule {first} tells it already"
                    self.rules.find((*place, "code"), message, "Remove one of them")
        self._check_overdue(rules)

    def _check_overdue(self, rules: Sequence[Rule]) -> None:
        """Refuses a rule for late answers where no rule asks for them."""
        asks = [rule for rule in rules if rule.event == InformationVolunteered.event_type and rule.acknowledge]
        for number, rule in enumerate(rules):
            if isinstance(rule.when, NotInTime) and rule.when.missing is Missing.DISCLOSURE and not asks:
                self.rules.find(
                    ("rules", number, "when"), f"rule {rule.code} can never fire: nobody is asked about disclosures",
                    f"Add acknowledge to a rule on {InformationVolunteered.event_type}",
                )  # fmt: skip

    def _check_template(self, place: Place, code: str, facts: Types) -> None:
        templates = self._ground.templates
        if code not in templates.codes:
            fix = f"Add {code}.md to the templates{perhaps(code, templates.codes)}"
            self.rules.find(place, f"there is no template {code}", fix)
            return
        try:
            unknown = unknown_fields(templates.syntax(code), facts)
        except TemplateSyntaxError as error:
            line = error.lineno
            self._find_in_template(code, line, f"this is no template: {error.message}", "Correct it")
            return
        for line, field in unknown:
            rule = f"the rule at {self.rules.name}:{self.rules.line(place)}"
            given = ", ".join(sorted(set(facts) - set(WORDS)))
            self._find_in_template(code, line, f"{field} is no field that {rule} has", f"Its facts are {given}")

    def _find_in_template(self, code: str, line: int, message: str, fix: str) -> None:
        finding = Finding(f"{code}.md", line, message, fix)
        if finding not in self.rules.findings:
            self.rules.findings.append(finding)

    def _no_team(self, file: MarkedFile, place: Place, code: str, directory: Directory) -> None:
        fix = f"Add it to {self.directory.name}{perhaps(code, directory.teams)}"
        file.find(place, f"there is no team {code}", fix)


def _names_teams(annotation: Any) -> bool:
    """Returns whether a field of that type holds codes, of which a team's is one."""
    return "str" in str(annotation)
