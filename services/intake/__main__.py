from services.intake.app import build_app
from services.intake.wiring import NAME
from shared.running.service import run

run(NAME, build_app)
