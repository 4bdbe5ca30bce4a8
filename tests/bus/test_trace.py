"""A trace crosses the outbox: the handler's span belongs to the request that published the event."""

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from roamgrid.bus.events import Delivery
from roamgrid.bus.subscriptions import Subscription
from roamgrid.kernel.telemetry import tracer
from roamgrid.tenancy.database import Database, OrmWork
from tests.bus.posting import Post, event, tell
from tests.conftest import Brands


@pytest.fixture
def spans() -> InMemorySpanExporter:
    """Finished spans of this process."""
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        trace.set_tracer_provider(TracerProvider())
    exporter = InMemorySpanExporter()
    provider = trace.get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return exporter


async def test_the_handlers_span_continues_the_publishers_trace(
    database: Database, brands: Brands, spans: InMemorySpanExporter
) -> None:
    seen: list[int] = []

    async def look(work: OrmWork, delivery: Delivery) -> None:
        seen.append(trace.get_current_span().get_span_context().trace_id)

    post = Post(database, Subscription.handler("test.look", "thing.happened.v1", look))
    with tracer.start_as_current_span("request") as request:
        await tell(database, brands.voltara, event())
    await post.relay_and_deliver()

    [handled] = [span for span in spans.get_finished_spans() if span.name == "test.look"]
    assert seen == [request.get_span_context().trace_id]
    assert handled.parent is not None
    assert handled.parent.span_id == request.get_span_context().span_id
    assert handled.attributes is not None
    assert handled.attributes["tenant"] == "voltara"
    assert handled.attributes["event.type"] == "thing.happened.v1"


async def test_an_event_outside_of_any_trace_begins_one_of_its_own(
    database: Database, brands: Brands, spans: InMemorySpanExporter
) -> None:
    async def nothing(work: OrmWork, delivery: Delivery) -> None:
        return None

    post = Post(database, Subscription.handler("test.nothing", "thing.happened.v1", nothing))
    await tell(database, brands.voltara, event())
    await post.relay_and_deliver()
    [handled] = [span for span in spans.get_finished_spans() if span.name == "test.nothing"]
    assert handled.parent is None
