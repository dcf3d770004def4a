"""The four services as they are put together, to run inside a test's own process."""

from collections.abc import Callable
from pathlib import Path

from services.dispatcher import app as dispatcher
from services.dispatcher.settings import Settings as DispatcherSettings
from services.intake import app as intake
from services.intake.settings import Settings as IntakeSettings
from services.notifier import app as notifier
from services.planner import app as planner
from services.planner.settings import Settings as PlannerSettings
from shared.running.service import Service
from tests.support.inside import Corner

SERVICES: dict[str, Callable[[Corner, Path], Service]] = {
    "planner": lambda corner, _: planner.build_app(corner.settings(PlannerSettings)),
    "dispatcher": lambda corner, folder: dispatcher.build_app(corner.settings(DispatcherSettings, print_folder=folder)),
    "intake": lambda corner, _: intake.build_app(corner.settings(IntakeSettings)),
    "notifier": lambda corner, _: notifier.build_app(corner.settings(notifier.Settings)),
}
