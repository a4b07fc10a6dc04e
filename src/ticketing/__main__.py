"""`python -m ticketing` is `ticketing`."""

from ticketing.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
