"""Circles: working groups that members make themselves, each with a notice board."""

from node.base.events import Event
from node.feature import FORM_BYTES, Feature, MenuEntry, Right, Route
from node.features.circles.limits import FILE_BYTES

BODY_BYTES = FILE_BYTES + FORM_BYTES
"""What a form with a file may have; a file that is too large is told in words."""

ONE = "/circles/{circle}"


def _post(path: str, handler: str, longest: int = FORM_BYTES) -> Route:
    return Route(path, f"pages:{handler}", Right.MEMBER, "POST", longest_body=longest)


FEATURE = Feature(
    name="circles",
    migrations={"0001_first": "tables:FIRST"},
    routes=(
        Route("/circles", "pages:list_", Right.MEMBER),
        Route("/circles/new", "pages:new", Right.MEMBER),
        _post("/circles/new", "make_"),
        Route(ONE, "pages:board_", Right.MEMBER),
        _post(ONE, "write_", BODY_BYTES),
        Route(f"{ONE}/change", "pages:change_form", Right.MEMBER),
        _post(f"{ONE}/change", "change_"),
        Route(f"{ONE}/people", "people_pages:people", Right.MEMBER),
        Route(f"{ONE}/people", "people_pages:invite_", Right.MEMBER, "POST"),
        Route(f"{ONE}/people/{{person}}", "people_pages:rights_", Right.MEMBER, "POST"),
        Route(f"{ONE}/come-in", "people_pages:come_in_", Right.MEMBER, "POST"),
        Route(f"{ONE}/leave", "people_pages:leave_form", Right.MEMBER),
        Route(f"{ONE}/leave", "people_pages:leave_", Right.MEMBER, "POST"),
        Route(f"{ONE}/close", "people_pages:close_form", Right.MEMBER),
        Route(f"{ONE}/close", "people_pages:close_", Right.MEMBER, "POST"),
        Route(f"{ONE}/posts/{{post}}", "pages:post_", Right.MEMBER),
        _post(f"{ONE}/posts/{{post}}", "reply_", BODY_BYTES),
        Route(f"{ONE}/posts/{{post}}/change", "pages:rewrite_form", Right.MEMBER),
        _post(f"{ONE}/posts/{{post}}/change", "rewrite_"),
        Route(f"{ONE}/posts/{{post}}/erase", "pages:erase_form", Right.MEMBER),
        _post(f"{ONE}/posts/{{post}}/erase", "erase_"),
        Route(f"{ONE}/files/{{file}}", "pages:file_", Right.MEMBER, head=False),
    ),
    menu=(MenuEntry(50, "circles", "/circles", "circles.web.menu", Right.MEMBER),),
    events={
        Event.DECIDED: "actions:let_go_former",
        Event.MERGED: "merging:merged",
        Event.PARTED: "merging:parted",
    },
    todo="people_pages:todo",
    panels={"me erase": "people_pages:closing"},
    personal={"tell": "personal:tell", "erase": "personal:forget"},
)
