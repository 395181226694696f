"""The life of one file in the inbox: seen, settled, claimed, released."""
