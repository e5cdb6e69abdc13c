"""Messages between the site and a worker process: pickled tuples over a socket that only the two of them have."""

import pickle
import socket
from multiprocessing.connection import Connection
from threading import Lock
from typing import Any

Message = tuple[Any, ...]


class Channel:
    """One end of a socket. Any thread may send; one thread receives."""

    def __init__(self, descriptor: int) -> None:
        self._connection = Connection(descriptor)
        self._sending = Lock()

    def send(self, *message: Any) -> None:
        """Send a message; OSError if the other end is gone. What cannot be pickled is told before anything is sent."""
        content = pickle.dumps(message, protocol=5)
        with self._sending:
            self._connection.send_bytes(content)

    def receive(self) -> Message:
        """The next message, as soon as there is one; EOFError or OSError if the other end is gone."""
        message: Message = pickle.loads(self._connection.recv_bytes())
        return message


def pair() -> tuple[socket.socket, socket.socket]:
    """Both ends of a new socket."""
    return socket.socketpair()
