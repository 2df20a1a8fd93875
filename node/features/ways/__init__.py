"""Ways back: passkeys, typed codes, codes on paper."""
