"""Wording for people: a message as a sentence, and codes and fields as words."""


def sentence(message: str) -> str:
    """Returns a message as the beginning of a sentence; names and references in it stay as they are."""
    return f"{message[:1].upper()}{message[1:]}"


def words_of(code: str) -> str:
    """Returns a code as words: `press-office` is press office."""
    return code.replace("-", " ")


def title_of(code: str) -> str:
    """Returns a code as words that begin a line: `press-office` is Press office."""
    return sentence(words_of(code))


def field_words(field: str) -> str:
    """Returns the path of a field as words, its places counted from 1: `arms.0.daily_limit` is arms, 1, daily limit."""
    names = (str(int(name) + 1) if name.isdecimal() else words_of(name) for name in field.split("."))
    return ", ".join(names).replace("_", " ")


def within_sentence(label: str) -> str:
    """Returns a label as it stands within a sentence; one that begins with an abbreviation stays as it is."""
    return label if label[1:2].isupper() else f"{label[:1].lower()}{label[1:]}"


MINUTE, HOUR, DAY = 60, 3_600, 86_400


def age(seconds: float) -> str:
    """Returns a time span in the unit that tells most: `40 s`, `3 min`, `2 h`, `5 days`."""
    for unit, name in ((DAY, "days"), (HOUR, "h"), (MINUTE, "min")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} s"
