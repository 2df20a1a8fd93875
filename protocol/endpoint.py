"""Where a node can be reached (docs/protocol.md §7.2).

A node without any endpoint takes part too: it dials out, and what is for it comes back that way.
"""

from protocol.fields import fields, octets, optional, origin
from protocol.kind import LIFETIME, Kind, State, freely_named

FINGERPRINT_BYTES = 32
"""SHA-256 of a certificate in DER form."""

ENDPOINT = Kind(
    name="endpoint",
    audiences=frozenset({"public", "direct"}),
    fields=fields(url=origin, tls=optional(octets(FINGERPRINT_BYTES))),
    limit=4,
    named=freely_named,
    state=State.ENDPOINTS,
    order=4,
    renewed=LIFETIME,
)
