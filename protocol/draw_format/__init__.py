"""What the core and the verifier of a draw share: how a list and a transcript are written down.

`lists` reads a frozen list, `checks` says what is wrong with one, `transcripts` turns a transcript
into bytes and back. No rule of the draw itself is in here: the core (`protocol.draw`) and the
verifier (`protocol.draw_check`) each have their own, so that a mistake in one shows in the other.
"""
