from services.notifier.app import build_app
from shared.running.service import run

run(build_app())
