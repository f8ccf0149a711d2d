"""The wall: tiles that actions write, the relay that numbers them, the hub that sends them, panels and boards."""
