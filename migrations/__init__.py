"""How the database came to be, one step a file; applied by `inkling migrate`, never by hand."""

from pathlib import Path

from alembic.config import Config


def config() -> Config:
    """Alembic's configuration; the address comes from the settings."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return made
