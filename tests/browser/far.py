"""A kernel far away: a door to a local server that lets every byte through some time later."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


@contextmanager
def far_away(address: str, there_and_back: float) -> Iterator[str]:
    """The address of a door to the server at `address`, so many seconds there and back."""
    port = urlsplit(address).port
    loop = asyncio.new_event_loop()
    opened: list[int] = []
    ready = threading.Event()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hand bytes on in their order, each half of the way later than it came."""
        due: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def take() -> None:
            data = b"begin"
            while data:
                data = await reader.read(1 << 16)
                due.put_nowait((loop.time() + there_and_back / 2, data))

        taking = asyncio.ensure_future(take())
        try:
            while True:
                when, data = await due.get()
                await asyncio.sleep(max(0.0, when - loop.time()))
                if not data:
                    return
                writer.write(data)
                await writer.drain()
        finally:
            taking.cancel()
            writer.close()

    async def let_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(carry(reader, outer), carry(inner, writer), return_exceptions=True)

    async def serve() -> asyncio.Server:
        server = await asyncio.start_server(let_in, "127.0.0.1", 0)
        opened.append(server.sockets[0].getsockname()[1])
        ready.set()
        return server

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(serve())
        loop.run_forever()
        server.close()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(asyncio.sleep(0.1))  # what was closed needs a moment to end
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        assert ready.wait(10)
        yield f"http://127.0.0.1:{opened[0]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
