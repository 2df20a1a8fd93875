"""Text of others, made harmless for the lines around it.

Signs that embed, override or isolate a direction of writing are dropped: one that is left open
would turn around what we write after it, also past the end of a `<bdi>`. Right-to-left scripts need
none of them; the marks U+200E, U+200F and U+061C stay. Other control characters become blanks.
"""

from node.base.lookalikes import Mistakable

_TURNS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)
_TABLE = {
    **dict.fromkeys(_TURNS),
    **{code: " " for code in _CONTROLS if chr(code) not in "\t\n\r"},
}


def shown_plainly(value: object) -> object:
    """What a template puts out: text made harmless, a mistakable name with its id beside it."""
    if not isinstance(value, str):
        return value
    if isinstance(value, Mistakable):
        value = value.shown
    if value.isascii() and value.isprintable():
        return value  # nearly all of a page
    return value.translate(_TABLE)


def plain(text: str) -> str:
    r"""The text without what would change other text. Line feeds stay.

    >>> plain("a\u202eb\u2066c\x00d\n")
    'abc d\n'
    """
    return text.translate(_TABLE)
