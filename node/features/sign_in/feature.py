"""Signing in with a password, signing out; one's own page, sessions, password."""

from node.feature import Feature, Right, Route

FEATURE = Feature(
    name="sign_in",
    routes=(Route("/sign-out", "pages:sign_out_", Right.EVERYBODY, "POST"),),
)
