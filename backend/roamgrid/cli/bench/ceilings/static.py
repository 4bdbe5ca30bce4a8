"""The least that is HTTP: the same answer to whatever comes. Shows what the load generator itself can do."""

import asyncio
from typing import cast

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n" + b'{"status_code":1000}'


class _Responder(asyncio.Protocol):
    """Expects each request in one piece, which is how the generator sends those without a large body."""

    _transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop's transports derive from nothing

    def data_received(self, data: bytes) -> None:
        self._transport.write(_ANSWER)


async def respond(port: int) -> None:
    """Answer until cancelled."""
    listener = await asyncio.get_running_loop().create_server(_Responder, "127.0.0.1", port)
    async with listener:
        await listener.serve_forever()
