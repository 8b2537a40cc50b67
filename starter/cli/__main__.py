"""`python -m starter.cli`, the same as `ugyfelkapu`."""

from starter.cli.app import main

if __name__ == "__main__":
    main()
