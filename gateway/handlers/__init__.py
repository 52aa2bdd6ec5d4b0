"""Handlers of doors that few clients knock at: each module is read when it is first asked for (`gateway.door.late`)."""
