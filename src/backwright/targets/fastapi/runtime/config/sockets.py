from pydantic import BaseModel

from config.settings import Count, checked


class SocketSettings(BaseModel):
    """How many sockets may be open on this server."""

    sockets_per_account: Count = 20
    sockets_per_address: Count = 200


socket_settings = checked(SocketSettings)
