"""What letters carry with them: the tickets on paper, the dates for a calendar."""

from __future__ import annotations

from datetime import datetime

from ticketing.events.catalog import Catalog
from ticketing.mail.outbox import Attachment
from ticketing.orders.pdf import file_name, tickets_pdf
from ticketing.orders.reading import OrderView


def tickets(catalog: Catalog, order: OrderView) -> Attachment:
    """The valid tickets as a PDF; at least one must be valid."""
    return Attachment(file_name(order), "application/pdf", tickets_pdf(catalog, order))


def dates(catalog: Catalog, order: OrderView, at: datetime) -> Attachment:
    """When and where, as it is at this moment, in the language in force; at least one ticket must have been issued."""
    from ticketing.orders import calendar  # noqa: PLC0415 (its library is for who sends letters only)

    content = calendar.calendar_file(catalog, order, at)
    return Attachment(calendar.file_name(order), "text/calendar", content, calendar.PARAMETERS)
