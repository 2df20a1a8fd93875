"""All fuzz targets. A new one is a row here, and a function of bytes (`tests.fuzz.registry`)."""

from tests.fuzz import bundles, records, sessions, symbols, tables, values
from tests.fuzz.registry import Target

TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        Target("encoding", values.encoding, values.encoding_seeds, 70),
        Target("frames", values.frames, values.frames_seeds, 150),
        Target("envelopes", records.envelopes, records.envelopes_seeds, 130),
        Target("payloads", records.payloads, records.payloads_seeds, 100),
        Target("bodies", records.bodies, records.bodies_seeds, 150),
        Target("inside", records.inside, records.inside_seeds, 50),
        Target("chains", records.chains, records.chains_seeds, 30),
        Target("descriptors", records.descriptors, records.descriptors_seeds, 50),
        Target("peer-links", values.peer_links, values.peer_links_seeds, 50),
        Target("archives", values.archives, values.archives_seeds, 30),
        Target("key-files", values.key_files, values.key_files_seeds, 20),
        Target("symbols", symbols.symbols, symbols.symbols_seeds, 30),
        Target("bundles", bundles.bundles, bundles.bundles_seeds, 30),
        Target("tables", tables.tables, tables.tables_seeds, 20),
        Target("handshakes", sessions.handshakes, sessions.handshakes_seeds, 30),
        Target("sessions", sessions.sessions, sessions.sessions_seeds, 60),
    )
}
"""Shares are of 1,000."""
