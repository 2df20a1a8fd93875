"""Who may see what, and the session between two nodes as a state machine: frames in, frames out."""
