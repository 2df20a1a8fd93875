"""What a browser says that it is, in plain words: so that people know their sessions apart.

Names of products only, which are the same in every language; nothing else of the header is kept.
"""

_BROWSERS = (
    ("WhatsApp", "WhatsApp"),
    ("Telegram", "Telegram"),
    ("Instagram", "Instagram"),
    ("FBAN", "Facebook"),
    ("FBAV", "Facebook"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("DuckDuckGo", "DuckDuckGo"),
    ("Vivaldi", "Vivaldi"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chromium", "Chromium"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""First found, first said: most call themselves by the names of those below them, too."""

_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)

LONGEST = 1_000
"""Characters that are looked at."""


def device(user_agent: str) -> str:
    """Browser and system; empty if it says neither.

    >>> device("Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0")
    'Firefox, Android'
    >>> device("curl/8.5")
    ''
    """
    said = user_agent[:LONGEST]
    found = (
        next((name for mark, name in marks if mark in said), "") for marks in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(one for one in found if one)
