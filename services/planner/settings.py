"""Planner's own settings, beside those that every service has."""

from pathlib import Path

from services.planner.agreement.gates_file import SHIPPED
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """`gates_file` is the YAML file with the gates of each directorate; the file that planner is shipped with, if none
    is named.
    """

    mongo_database: str = "otm_planner"
    gates_file: Path = SHIPPED
