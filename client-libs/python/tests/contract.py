"""The contract's files in the checkout."""

from __future__ import annotations

from pathlib import Path

INTERFACE = Path(__file__).resolve().parents[3] / "interface"


def vector(name: str) -> bytes:
    """A golden message by its name."""
    lines = (INTERFACE / "vectors" / f"{name}.hex").read_text().splitlines()
    return bytes.fromhex("".join(line for line in lines if not line.startswith("#")))


def vector_names() -> list[str]:
    """All of them."""
    return sorted(path.stem for path in (INTERFACE / "vectors").glob("V*.hex"))
