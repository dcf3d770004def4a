from services.dispatcher.app import NAME, build_app
from shared.running.service import run

run(NAME, build_app)
