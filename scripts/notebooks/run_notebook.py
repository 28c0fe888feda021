"""Executes a notebook, checks its results, and writes it as a Markdown page with pictures if a folder is passed.

Usage: run_notebook.py <notebook> [<folder of pages>]
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import MarkdownExporter

MAX_PICTURE_BYTES = 150_000


def execute(path: Path) -> nbformat.NotebookNode:
    """Runs all cells. Errors: `CellExecutionError`."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    return notebook


def problems_of(notebook: nbformat.NotebookNode, pictures: dict[str, bytes]) -> list[str]:
    """Lists what a reader of the page should not see."""
    found = [] if pictures else ["it has no picture"]
    for name, content in pictures.items():
        if len(content) >= MAX_PICTURE_BYTES:
            found.append(f"{name} has {len(content)} bytes; save it with fewer dots")
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                found.append(f"a cell wrote to stderr: {output['text'].strip()[:500]}")
    return found


def page_of(notebook: nbformat.NotebookNode, name: str) -> tuple[str, dict[str, bytes]]:
    """Returns the page and its pictures by name."""
    body, resources = MarkdownExporter().from_notebook_node(notebook)
    pictures: dict[str, bytes] = {}
    for number, (old, content) in enumerate(resources["outputs"].items(), 1):
        new = f"{name}-{number}.png"
        pictures[new] = content
        title = _title_before(body, old)
        body = body.replace(f"![png]({old})", f"![{title}](images/{new})")
    # The styles of data frames; a page on a code host shows them as text.
    body = re.sub(r"<style.*?</style>\n?", "", body, flags=re.DOTALL)
    body = re.sub(r"^</?div>\n?", "", body, flags=re.MULTILINE)
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in body.splitlines()))
    heading, _, rest = body.lstrip().partition("\n")
    note = (
        f"This page is the notebook [{name}.ipynb](../../notebooks/{name}.ipynb) with its results. "
        "`npm run notebooks` writes it."
    )
    return f"{heading}\n\n{note}\n{rest.rstrip()}\n", pictures


def _title_before(body: str, picture: str) -> str:
    """Returns the last title that the code before a picture sets, as its alternative text."""
    titles = re.findall(r'set_title\(\s*"([^"]+)"', body[: body.index(picture)])
    return titles[-1] if titles else "plot"


def main() -> int:
    """Returns the exit code."""
    path = Path(sys.argv[1])
    notebook = execute(path)
    page, pictures = page_of(notebook, path.stem)
    problems = problems_of(notebook, pictures)
    for problem in problems:
        print(f"{path.name}: {problem}", file=sys.stderr)
    if problems:
        return 1
    if len(sys.argv) > 2:
        folder = Path(sys.argv[2])
        (folder / "images").mkdir(parents=True, exist_ok=True)
        (folder / f"{path.stem}.md").write_text(page, encoding="utf-8")
        for name, content in pictures.items():
            (folder / "images" / name).write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
