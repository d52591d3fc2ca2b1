from typing import Any, final

__all__ = ["KINDS", "VERSION", "NativeClient"]

KINDS: dict[int, str]
VERSION: str

@final
class NativeClient:
    def __new__(cls, settings: dict[str, Any]) -> NativeClient: ...
    def call(
        self, operation: str, fields: dict[str, Any], log: list[tuple[int, str]] | None = None
    ) -> dict[str, Any]: ...
