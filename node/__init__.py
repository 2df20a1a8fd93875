"""The process: store, intake, actions, server, peer links, pages and command line."""
