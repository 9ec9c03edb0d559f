"""Requests of persons: their data found, exported, erased or made anonymous across entities."""

REQUEST, DECIDE, DELETE, VIEW = "can_request", "can_decide", "can_delete", "PersonRequests"
"""The rights to make such requests, to decide those of others, and to ask for rows to be deleted, as Flask-AppBuilder names them."""
