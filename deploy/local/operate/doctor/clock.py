"""Clocks of other machines held against this one."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from deploy.local.operate.doctor.finding import Finding

MOST_SECONDS = 3.0
"""Signed requests, sessions and leases bear more; a header's time is cut to its second."""
SET = "set both clocks by NTP (`timedatectl set-ntp true`): waves, embargoes, sessions and leases go by them"


def drift_of(part: str, there: datetime, now: datetime | None = None) -> Finding:
    """Compares an aware time that a part says with this machine's."""
    seconds = (there - (now or datetime.now(UTC))).total_seconds()
    far = abs(seconds) > MOST_SECONDS
    words = f"{part} is {abs(seconds):.0f} s {'ahead' if seconds > 0 else 'behind'}" if far else f"{part} agrees"
    return Finding(part="clock", words=words, remedy=SET if far else "")


def clock_of(service: str, date: str | None) -> Finding | None:
    """Compares the header Date of a service's answer; None where there is none that can be read."""
    try:
        return drift_of(service, parsedate_to_datetime(date or ""))
    except (ValueError, TypeError):
        return None
