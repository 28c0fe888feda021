"""What an import loads, in a process of its own."""

from __future__ import annotations

import pickle
import subprocess
import sys

import featstore


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def test_importing_the_package_loads_no_http_library() -> None:
    heavy = "{'urllib3', 'httpx', 'http.client', 'ssl', 'dataclasses', 'numpy', 'pandas'}"
    assert run(f"import sys, featstore; print(sorted({heavy} & set(sys.modules)))") == "[]"


def test_a_client_loads_neither_httpx_nor_the_nouns() -> None:
    client = "import sys, featstore; featstore.Client('http://x', 'k')"
    assert run(f"{client}; print({{'httpx', 'featstore.features'}} & set(sys.modules))") == "set()"


def test_without_httpx_the_async_client_names_the_extra() -> None:
    without = "import sys; sys.modules['httpx'] = None"
    message = run(f"{without}\ntry: from featstore import AsyncClient\nexcept ImportError as error: print(error)")
    assert "featstore-client[async]" in message
    assert issubclass(featstore.MissingExtraError, (featstore.FeatstoreError, ImportError))


def test_errors_are_named_as_they_are_imported() -> None:
    for name in featstore._MODULES:
        public = getattr(featstore, name)
        if issubclass(public, Exception):
            assert f"{public.__module__}.{public.__qualname__}" == f"featstore.{name}"
            assert pickle.loads(pickle.dumps(public("text"))).args == ("text",)


def test_every_public_name_exists() -> None:
    for name in featstore._MODULES:
        assert getattr(featstore, name).__name__ == name
    assert set(featstore._MODULES) <= set(dir(featstore))
