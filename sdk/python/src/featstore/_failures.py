"""Turns errors of libraries into those of this package."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING

from ._errors import ConnectionError

if TYPE_CHECKING:
    from collections.abc import Iterator


def chain_of(error: BaseException) -> Iterator[BaseException]:
    """Yields the error and those that it came from, outermost first."""
    current: BaseException | None = error
    while current is not None:
        yield current
        inner = next((argument for argument in current.args if isinstance(argument, BaseException)), None)
        current = current.__cause__ or inner or current.__context__


def tls_error(error: BaseException, base_url: str) -> ConnectionError | None:
    """Creates the error for a server with which no connection over TLS is possible; None for another failure."""
    for each in chain_of(error):
        if isinstance(each, ssl.SSLCertVerificationError):
            return ConnectionError(f"The certificate of {base_url} is rejected: {reason_of(error)}", "certificate")
        # Newer versions of OpenSSL name it differently.
        if isinstance(each, ssl.SSLError) and each.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"):
            return ConnectionError(
                f"{base_url} does not speak HTTPS: let url begin with http://, or name the port of HTTPS", "certificate"
            )
    return None


def reason_of(error: BaseException) -> str:
    """Describes the innermost error: `Connection refused`."""
    *_, innermost = chain_of(error)
    if isinstance(innermost, OSError) and type(innermost).__module__ == "builtins" and innermost.errno:
        # asyncio writes texts of its own.
        return os.strerror(innermost.errno)
    strerror = getattr(innermost, "strerror", None)
    return strerror if isinstance(strerror, str) and strerror else str(innermost) or type(innermost).__name__


def without_frames(error: BaseException) -> BaseException:
    """Removes the tracebacks of a cause: tools that print local variables would print the key's header."""
    for each in chain_of(error):
        each.__traceback__ = None
    return error
