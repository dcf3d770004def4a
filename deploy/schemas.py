"""Schemas of the databases of the four services."""

from services.dispatcher.schema import SCHEMA as DISPATCHER
from services.intake.schema import SCHEMA as INTAKE
from services.notifier.schema import SCHEMA as NOTIFIER
from services.planner.schema import SCHEMA as PLANNER
from shared.storage.schema import Schema

SCHEMAS: dict[str, Schema] = {"planner": PLANNER, "dispatcher": DISPATCHER, "intake": INTAKE, "notifier": NOTIFIER}
