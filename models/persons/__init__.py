"""Requests of persons: their data found, exported, erased or made anonymous across entities."""

REQUEST, DECIDE, VIEW = "can_request", "can_decide", "PersonRequests"
"""The rights to make such requests and to decide those of others, as Flask-AppBuilder names them."""
