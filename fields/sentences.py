"""The sentences that say what is wrong with a value: one wording for forms, imports, the API and the browser's checks."""

from __future__ import annotations

from decimal import Decimal

from fields.texts import text as _


def required() -> str:
    return _("This field is needed. Fill it in.")


def too_long(most: int) -> str:
    return _("This text is too long. Use at most %(most)s characters.", most=most)


def too_many_bytes(most: int) -> str:
    return _("This text is too long. Use at most %(most)s bytes; a Chinese character takes three.", most=most)


def not_a_whole_number() -> str:
    return _("This is not a whole number. Use digits only, for example 1200.")


def not_a_number() -> str:
    return _("This is not a number. Use digits and a point, for example 1200.50.")


def out_of_range(low: int | Decimal, high: int | Decimal) -> str:
    return _("This number does not fit. Use one from %(low)s to %(high)s.", low=f"{low:,}", high=f"{high:,}")


def too_large() -> str:
    return _("This number is too large. Use a smaller one.")


def too_many_digits(whole: int, fraction: int) -> str:
    return _(
        "This number does not fit. Use at most %(whole)s digits before and %(fraction)s behind the point.",
        whole=whole,
        fraction=fraction,
    )


def negative() -> str:
    return _("This number cannot be below zero. Use zero or more.")


def not_a_date() -> str:
    return _("This is not a date. Write year, month and day, for example 2026-03-31.")


def not_a_datetime() -> str:
    return _("This is not a date and time. Write them like 2026-03-31 14:30.")


def not_a_time() -> str:
    return _("This is not a time. Write hours and minutes, for example 14:30.")


def not_a_year() -> str:
    return _("This is not a year that can be kept. Use one from 1901 to 2155.")


def date_out_of_range() -> str:
    return _("This time cannot be kept here. Use one from 1970-01-02 to 2038-01-18.")


def not_an_option() -> str:
    return _("This is not one of the options. Choose one from the list.")


def not_yes_or_no() -> str:
    return _("This is neither yes nor no. Choose one of them.")


def not_a_phone() -> str:
    return _("This is not a phone number. Use digits, with + and the country's code for a foreign one.")


def not_an_email() -> str:
    return _("This is not an e-mail address. Write it like name@example.com.")


def not_a_link() -> str:
    return _("This is not a web address. Write it like https://example.com.")


def not_json(line: int, column: int) -> str:
    return _(
        "This is not valid JSON. Look at line %(line)s, column %(column)s.",
        line=line,
        column=column,
    )


def not_bits(most: int) -> str:
    return _("These are not bits. Use at most %(most)s digits, each 0 or 1.", most=most)


def not_hex(most: int | None) -> str:
    if most is None:
        return _("These are not bytes. Use pairs of the digits 0-9 and letters a-f.")
    return _("These are not bytes. Use at most %(most)s pairs of the digits 0-9 and letters a-f.", most=most)


def not_a_uuid() -> str:
    return _("This is not a UUID. Write it like 123e4567-e89b-12d3-a456-426614174000.")


def not_an_address() -> str:
    return _("This is not an IP address. Write it like 192.0.2.10.")


def not_a_colour() -> str:
    return _("This is not a colour. Write it like #1a73e8.")


def read_only() -> str:
    return _("This field cannot be changed here.")


def not_text() -> str:
    return _("A value of this kind has to be a single text, number or null. Send one.")
