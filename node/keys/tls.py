"""A self-signed certificate, made on the first start; peers pin its hash (docs/protocol.md §7.2).

What passes between nodes is encrypted inside anyway (§8.2); this is for the pages, and so that a
node needs no certificate authority. Behind a reverse proxy it is not used.
"""

import hashlib
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from node.base.errors import Problem
from node.base.files import write_private

YEARS = 20
"""Pinned, not trusted by name: a change would cut off all peers, so it is made to last."""


def certificate(folder: Path, url: str) -> tuple[ssl.SSLContext, bytes]:
    """The server's TLS context and the SHA-256 of its certificate; made if there is none yet."""
    path = folder / "tls.pem"
    if not path.exists():
        write_private(path, make_certificate(urlsplit(url).hostname or "localhost"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(path)
        start = path.read_text().index("-----BEGIN CERTIFICATE")
        der = ssl.PEM_cert_to_DER_cert(path.read_text()[start:])
    except (OSError, ValueError) as error:  # SSLError is an OSError
        raise Problem("certificate-damaged", path=path) from error
    return context, hashlib.sha256(der).digest()


def make_certificate(host: str) -> bytes:
    """A key and a certificate of one's own for a host, as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + built.public_bytes(serialization.Encoding.PEM)
