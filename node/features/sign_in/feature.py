"""Signing in with a password, signing out; one's own page, sessions, password."""

from node.feature import FORM_BYTES, Feature, Right, Route

FEATURE = Feature(
    name="sign_in",
    routes=(
        Route("/sign-in", "pages:page", Right.EVERYBODY),
        # What was typed into a form that came too late is brought along.
        Route("/sign-in", "pages:send", Right.EVERYBODY, "POST", longest_body=4 * FORM_BYTES),
        Route("/sign-in/again", "pages:again", Right.PERSON),
        Route("/sign-out", "pages:out", Right.EVERYBODY, "POST"),
        Route("/me", "me:page", Right.PERSON),
        Route("/me/sessions", "me:sessions", Right.PERSON, oneself=True),
        Route("/me/sessions", "me:end", Right.PERSON, "POST", oneself=True),
        Route("/me/password", "me:password", Right.PERSON, oneself=True),
        Route("/me/password", "me:set_password_", Right.PERSON, "POST", oneself=True),
    ),
    panels={"kept": "pages:kept_panel", "me": "me:panel"},
    state="state:make",
)
