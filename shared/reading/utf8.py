"""UTF-8 as it arrives, cut anywhere by the network."""

import codecs


class Utf8Decoder:
    """UTF-8 without a byte order mark. Gives the text before a broken byte before it says that there is one."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()  # utf-8-sig counts a broken byte from after the mark
        self._begun = False

    def decoded(self, chunk: bytes) -> tuple[str, bool]:
        """Returns the text that the chunk completes, and whether a broken byte follows it."""
        before = self._decoder.getstate()
        try:
            return self._without_mark(self._decoder.decode(chunk)), False
        except UnicodeDecodeError as error:
            self._decoder.setstate(before)
            held = len(before[0])
            return self._without_mark(self._decoder.decode(chunk[: max(error.start - held, 0)])), True

    def _without_mark(self, text: str) -> str:
        begun, self._begun = self._begun, self._begun or bool(text)
        return text if begun else text.removeprefix("\ufeff")

    @property
    def cut_short(self) -> bool:
        """True while the last character is not complete."""
        return bool(self._decoder.getstate()[0])
