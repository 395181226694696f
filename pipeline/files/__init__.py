"""Files: the operations that keep them whole, and the names they may bear."""
