import pytest
from websockets.frames import Opcode
from websockets.protocol import SERVER, Protocol, State

from services.wall.wire import wire_frame


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_a_frame_encoded_once_is_what_the_library_would_send(size):
    text = ("Đắk " * size)[:size]
    protocol = Protocol(SERVER, state=State.OPEN)
    protocol.send_text(text.encode())
    assert wire_frame(text) == b"".join(protocol.data_to_send())
    assert protocol.state is State.OPEN
    assert wire_frame(text)[0] & 0x0F == Opcode.TEXT
