"""How people and phones get here: the local network, the address, the recovery words."""
