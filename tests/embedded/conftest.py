from collections.abc import Iterator

import pytest

from roamgrid.kernel.embedded import EmbeddedServices, ServiceUrls


@pytest.fixture(scope="package")
def durable_services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceUrls]:
    """Servers as users get them, for tests that only look."""
    with EmbeddedServices(tmp_path_factory.mktemp("durable")) as urls:
        yield urls
