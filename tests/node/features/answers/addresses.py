"""Of each address of answers one that is there, on the node that page tests show."""

from collections.abc import Mapping

_BELOW = (
    *("/mine", "/tap", "/answer", "/sheet", "/answers", "/answers/seen", "/answers/close"),
    *("/answers/link", "/answers/unlink", "/answers/strike", "/answers/erase"),
)

THERE: Mapping[str, str] = {
    **{
        f"/meetings/{{host}}/{{name}}{one}": f"/meetings/{{home}}/{{public}}{one}" for one in _BELOW
    },
    "/meetings/{host}/{name}/answers/put-back/{batch}": (
        "/meetings/{home}/{public}/answers/put-back/1"
    ),
    "/come/{token}": "/come/{come}",
    "/answer/{token}": "/answer/{answer}",
    "/answer/{token}/withdraw": "/answer/{answer}/withdraw",
    "/calendar/{token}.ics": "/calendar/{feed}.ics",
}
