"""Where a command finds PostgreSQL and Redis: the configured ones, those already running in the data folder, or its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from roamgrid.kernel.embedded import EmbeddedServices, ServiceUrls, find_running
from roamgrid.kernel.errors import Invalid
from roamgrid.kernel.settings import Settings
from roamgrid.tenancy import migrations


@contextmanager
def services(settings: Settings) -> Iterator[ServiceUrls]:
    """Servers for the length of a command. Embedded ones are started when nobody runs them, and stopped by who started them.

    Raises `Invalid` when only one of DATABASE_URL and REDIS_URL is set.
    """
    if settings.database_url and settings.redis_url:
        yield ServiceUrls(settings.database_url, settings.redis_url)
    elif settings.database_url or settings.redis_url:
        raise Invalid("set both DATABASE_URL and REDIS_URL, or neither to use the embedded servers")
    elif running := find_running(settings.data_dir):
        yield running
    else:
        with EmbeddedServices(settings.data_dir) as urls:
            yield urls


@contextmanager
def migrated_services(settings: Settings) -> Iterator[ServiceUrls]:
    """The same, with the schema at its newest revision."""
    with services(settings) as urls:
        migrations.migrate(urls.database_url)
        yield urls
