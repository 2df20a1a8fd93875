"""The folder of a node and its keys: key ring, recovery words, staging, TLS."""
