"""The base of every definition: frozen, unknown keys refused, and unions that are chosen by the key that is present."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Discriminator, model_validator


@dataclass(frozen=True, slots=True)
class Unknown:
    """Stands in for the value of a key that the definition does not know, so that the error can say what is allowed."""

    allowed: tuple[str, ...]


class Definition(BaseModel):
    """Frozen, and every unknown key is an error that carries the allowed keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def allowed_keys(cls) -> tuple[str, ...]:
        """The keys as they are written in YAML."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())

    @classmethod
    def written_keys(cls) -> tuple[str, ...]:
        """The keys that a clerk may write."""
        return cls.allowed_keys()

    @model_validator(mode="before")
    @classmethod
    def _mark_unknown(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        allowed = cls.allowed_keys()
        if all(key in allowed for key in value):
            return value
        return {key: item if key in allowed else Unknown(cls.written_keys()) for key, item in value.items()}


def tag(key: str) -> str:
    """The name of a union's branch; the brackets keep it apart from keys in the location of an error."""
    return f"<{key}>"


@dataclass(frozen=True, slots=True)
class ByKey:
    """Which branch of a union a value belongs to: the one whose key is present, else the default."""

    keys: tuple[str, ...]
    default: str | None = None
    __name__ = "chosen_by"  # pydantic asks what it calls for its name

    def __call__(self, value: Any) -> str | None:
        """The tag of the branch; None if that cannot be said."""
        has: Callable[[str], bool] = (
            value.__contains__
            if isinstance(value, Mapping)
            else lambda key: hasattr(value, key) or hasattr(value, f"{key}_")
        )
        present = [key for key in self.keys if has(key)]
        if self.default is not None:
            return tag(present[0] if present else self.default)
        return tag(present[0]) if len(present) == 1 else None


def chosen_by(keys: tuple[str, ...], *, default: str | None = None) -> Discriminator:
    """Choose a union's branch by the key that is present, so that errors speak of that branch alone.

    Without a default exactly one of the keys must be there.
    """
    return Discriminator(
        ByKey(keys, default), custom_error_type="one_of", custom_error_message=", ".join(keys)
    )
