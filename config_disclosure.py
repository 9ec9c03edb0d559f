"""The settings of what leaves the house: exports, reading by the API, masked values that are shown."""

from dataclasses import dataclass

from config_setting import setting
from config_values import whole


@dataclass(frozen=True)
class DisclosureSettings:
    """A part of Config. A role's own limit counts instead of the first four."""

    export_rows_a_day: int = setting(
        "How many rows a person exports in a day before another one has to approve; 0 asks for every export.",
        "rows",
        whole(0, 1_000_000_000),
        "100000",
    )
    export_reason_rows: int = setting(
        "From how many rows on an export asks for a reason; 0 asks for every export.",
        "rows",
        whole(0, 1_000_000_000),
        "1000",
    )
    api_rows_a_day: int = setting(
        "How many rows a person reads by the API in a day.", "rows", whole(0, 1_000_000_000), "100000"
    )
    list_rows_told: int = setting(
        "From how many rows that pages show to a person in a day auditors are told; 0 tells them never.",
        "rows",
        whole(0, 1_000_000_000),
        "20000",
    )
    list_rows_a_day: int = setting(
        "How many rows pages show to a person in a day; beyond it lists wait for the next day. Administrators are not bound.",
        "rows",
        whole(100, 1_000_000_000),
        "200000",
    )
    unmask_a_day: int = setting(
        "How many masked values a person who may do so has shown in a day.",
        "values",
        whole(0, 1_000_000),
        "20",
    )
    unmask_seconds: int = setting(
        "How long a masked value stays on the page once it is shown.", "seconds", whole(5, 600), "30"
    )
    approval_days: int = setting(
        "How long a request waits for a second person, and an approved export to be downloaded.",
        "days",
        whole(1, 90),
        "7",
    )
