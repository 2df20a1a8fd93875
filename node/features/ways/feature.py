"""Ways back: passkeys, typed codes, codes on paper."""

from node.base.events import Event
from node.feature import Feature, Right, Route

FEATURE = Feature(
    name="ways",
    migrations={"0001_first": "tables:FIRST"},
    routes=(
        Route("/me/ways", "pages:ways", Right.PERSON),
        Route("/me/ways/code", "pages:make_code", Right.PERSON, "POST"),
        Route("/me/ways/paper", "pages:make_papers", Right.PERSON, "POST"),
        Route("/me/ways/passkeys/options", "passkey_pages:creation", Right.PERSON, "POST"),
        Route("/me/ways/passkeys", "passkey_pages:add", Right.PERSON, "POST"),
        Route("/me/ways/passkeys/remove", "passkey_pages:remove", Right.PERSON, "POST"),
        Route("/code", "entering:page", Right.EVERYBODY),
        Route("/code", "entering:enter", Right.EVERYBODY, "POST"),
        Route("/code/passkey/options", "passkey_pages:request", Right.EVERYBODY, "POST"),
        Route("/code/passkey", "passkey_pages:enter", Right.EVERYBODY, "POST"),
    ),
    panels={
        "me": "pages:on_my_page",
        "welcome": "pages:on_welcome",
        "sign in": "entering:on_sign_in",
    },
    personal={
        "tell": "personal:tell",
        "export": "personal:export",
        "erase": "personal:erase",
    },
    events={
        Event.RENAMED: "actions:passkeys_end",
        Event.MERGED: "merging:merged",
        Event.PARTED: "merging:parted",
    },
    state="state:State",
)
