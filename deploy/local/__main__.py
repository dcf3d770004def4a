"""`python -m deploy.local`, for where the `otm` command is not on the path."""

from deploy.local.cli import app

if __name__ == "__main__":
    app()
