"""An export on paper, laid out beside the work of the service."""

import asyncio

from shared.customers.subject_access import Export


async def on_paper(export: Export) -> bytes:
    """Returns the export as a PDF."""
    return await asyncio.to_thread(_laid_out, export)


def _laid_out(export: Export) -> bytes:
    """Imports what lays out PDFs only now: a service is ready sooner without it."""
    from services.intake.privacy.export_pdf import as_pdf

    return as_pdf(export)
