"""`python -m worker` is the console script `duban`."""

from worker.cli.main import main

if __name__ == "__main__":
    main()
