"""`python -m pipeline` is `yigang`."""

from pipeline.cli import main

if __name__ == "__main__":
    main()
