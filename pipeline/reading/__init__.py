"""Guard and limited workers: the only place where a returned file is opened.

`guard` looks at bytes without trusting them, `pool` reads them in processes that may die.
"""
