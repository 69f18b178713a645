"""The Prometheus text format 0.0.4, written. https://prometheus.io/docs/instrumenting/exposition_formats/

The client library keeps counters in the memory of one process and costs each a megabyte; here every figure is read when it is asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_VALUE = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
_HELP = str.maketrans({"\\": r"\\", "\n": r"\n"})


@dataclass(frozen=True, slots=True)
class Sample:
    """One value and the labels it belongs to."""

    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure that rises and falls. `name` with its unit at the end, in base units."""

    name: str
    about: str
    samples: tuple[Sample, ...]


def gauge(name: str, about: str, value: float | bool | None) -> Gauge:  # noqa: FBT001 - a truth is 1 or 0 here
    """A gauge of one value; without one if it is not known, so that nobody takes 0 for it."""
    return Gauge(name, about, () if value is None else (Sample(float(value)),))


def by_label(name: str, about: str, label: str, values: Mapping[str, float | None]) -> Gauge:
    """A gauge with a value for each value of one label."""
    known = {key: value for key, value in values.items() if value is not None}
    return Gauge(name, about, tuple(Sample(float(value), {label: key}) for key, value in known.items()))


def text(gauges: Iterable[Gauge]) -> str:
    """The page that a monitor reads."""
    lines: list[str] = []
    for each in gauges:
        lines += [f"# HELP {each.name} {each.about.translate(_HELP)}", f"# TYPE {each.name} gauge"]
        lines += [f"{each.name}{_labels(sample.labels)} {sample.value!r}" for sample in each.samples]
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    pairs = ",".join(f'{name}="{value.translate(_VALUE)}"' for name, value in labels.items())
    return f"{{{pairs}}}" if pairs else ""
