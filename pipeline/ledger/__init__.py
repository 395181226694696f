"""The ledger: originals by hash, the register, its events, and what was issued and published."""
