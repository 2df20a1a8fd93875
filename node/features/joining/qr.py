"""A link as a QR code: an SVG picture that stands in the page.

>>> qr_svg("https://group.example/join/x").startswith("<svg")
True
"""

import io

from markupsafe import Markup

QUIET = 4
"""Modules of white around it, as the standard wants: telephones look for it."""


def qr_svg(text: str) -> Markup:
    """The picture, black on white whatever colours the page has."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=False,
        omitsize=True,
        border=QUIET,
        dark="#000",
        light="#fff",
        nl=False,
        svgclass="qr",
        lineclass=None,
    )
    return Markup(out.getvalue().decode("ascii"))  # noqa: S704 - made here, of modules alone
