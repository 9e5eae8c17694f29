# tries: connect from an event loop; expect: told
def answer():
    import asyncio

    async def leak():
        _, writer = await asyncio.open_connection("127.0.0.1", __PORT__)
        writer.write(b"loot")

    asyncio.run(leak())
