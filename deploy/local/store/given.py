"""A store that somebody else runs."""

from pymongo.uri_parser import parse_uri

from deploy.local.processes.component import Component
from deploy.local.stack.state import Watch, given, unwatched
from deploy.local.store.store import until_writable


class GivenStore(Component):
    """Used as it is: neither started nor stopped."""

    def __init__(self, url: str, watch: Watch = unwatched) -> None:
        self.url = url
        self._watch = watch

    async def _start(self) -> None:
        await until_writable(self.url, patience=10.0)
        host, port = parse_uri(self.url)["nodelist"][0]
        self._watch(given("store", "OTM_MONGO_URL", "tcp", host, port))

    async def stop(self) -> None:
        """It is not ours to stop."""
