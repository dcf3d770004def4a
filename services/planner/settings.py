"""Planner's own settings, beside those that every service has."""

from pathlib import Path

from services.planner.agreement.gates_file import SHIPPED
from shared.running.settings import ServiceSettings


class Settings(ServiceSettings):
    """Names planner's database and `gates_file`, the YAML file with the gates of each directorate."""

    mongo_database: str = "otm_planner"
    retention_file: Path = Path(__file__).with_name("retention.yaml")
    gates_file: Path = SHIPPED
