"""What Arrow's readers say of a damaged file, in the words of one asset."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from connectors.errors import ReadError
from connectors.interface import Cause


@contextmanager
def told(what: str) -> Iterator[None]:
    """Put Arrow's errors into a sentence; their own texts may quote values.

    Args:
        what: the format's name.

    Raises:
        ReadError: CORRUPT; DENIED where columns are encrypted; OTHER where Arrow has no way to read it.
    """
    try:
        yield
    except pa.ArrowNotImplementedError as error:
        reason = f"it uses a part of {what} that nothing here reads; it was read up to there"
        raise ReadError(Cause.OTHER, reason) from error
    except MemoryError as error:
        raise ReadError(Cause.OTHER, "reading it takes more memory than a file may have") from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise _damaged(what, str(error)) from error
    except (pa.ArrowException, ValueError, KeyError, IndexError, OverflowError, TypeError) as error:
        raise _damaged(what, str(error)) from error


def _damaged(what: str, text: str) -> ReadError:
    if "ncrypt" in text:
        return ReadError(Cause.DENIED, "it is encrypted, at least in part, and nothing here has its keys")
    return ReadError(Cause.CORRUPT, f"the {what} file is damaged; it was read up to there")
