"""Handing over what somebody owns: record by record through the gateway of writing, worked off by the runner, and back again.

Each record is a change of its own with the run's name as its request, so that a run can be found in the audit and taken back.
It is done as whoever asked for it last, within their rights: records out of reach are not seen, others stay with a reason.
"""
