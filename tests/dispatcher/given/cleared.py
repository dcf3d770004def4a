"""Clearance for a channel that is tested by itself."""

from services.dispatcher.channels.channel import Batch


class Cleared:
    def __init__(self, batch: Batch) -> None:
        self._batch = batch

    async def begin(self, bundle: int | None = None) -> Batch:
        return self._batch

    async def handing_over(self) -> None: ...

    async def kept_back(self) -> None: ...

    async def going(self) -> bool:
        return True
