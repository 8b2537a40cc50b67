"""Lists of what a client prefers, with weights (RFC 9110, section 12.4.2)."""


def weighed(header: str | None) -> list[tuple[str, float]]:
    """Each range in lower case with its weight: 1 unless given, 0 where it cannot be read; the highest first."""
    return sorted((_weighed(part) for part in (header or "").split(",")), key=lambda entry: -entry[1])


def _weighed(part: str) -> tuple[str, float]:
    name, *parameters = (text.strip().lower() for text in part.split(";"))
    weight = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                weight = 0.0
    return name, weight if 0 <= weight <= 1 else 0.0
