"""First bytes of the probed protocols: a server that hangs accepts connections and answers none of them."""

import struct

_HELLO = b"\x10hello\x00" + struct.pack("<i", 1) + b"\x02$db\x00" + struct.pack("<i", 6) + b"admin\x00\x00"
_DOCUMENT = struct.pack("<i", len(_HELLO) + 4) + _HELLO
_OP_MSG = 2013

GREETINGS = {
    "amqp": b"AMQP\x00\x00\x09\x01",
    "epmd": b"\x00\x01n",  # the names that it knows
    "mongodb": struct.pack("<iiii", 21 + len(_DOCUMENT), 1, 0, _OP_MSG) + b"\x00\x00\x00\x00\x00" + _DOCUMENT,
    "smtp": b"",  # the server speaks first
}
"""The bytes to send, by the scheme of the address. A server that works answers with at least one byte."""
