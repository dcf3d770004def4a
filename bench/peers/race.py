async def race(*a):
    return {}
