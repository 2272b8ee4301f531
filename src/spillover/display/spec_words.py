"""A specification in words: what differs from the headline of its study."""

from __future__ import annotations

from spillover.display.language import fmt, fmt_year, label, text_of
from spillover.display.views import region_name
from spillover.specs import parse_spec

_YEARS = ("first_year", "last_year")


def spec_words(spec_id: str) -> str:
    """Say in the current language what is special about a specification.

    Examples
    --------
    >>> from spillover.display.language import set_language
    >>> set_language("en"); spec_words("district:tpt:basis=edge,within_km=100")
    'Basis: edge; Distance (km): 100'
    >>> spec_words("district:tpt")
    'headline specification'
    """
    options = parse_spec(spec_id).options
    if not options:
        return label("spec_curve.headline")
    return "; ".join(
        f"{label(f'option.{key}')}: {option_words(key, value)}" for key, value in options.items()
    )


def option_words(option: str, value: str) -> str:
    """Return what the value of an option is called in the current language."""
    if option == "parks" and value.startswith("without_"):
        return label("option_parks.without", name=label(f"complex.{value.removeprefix('without_')}"))
    if option == "without":
        return label("spec_curve.nobody") if value == "none" else region_name(value)
    if option in _YEARS:
        return fmt_year(int(value))
    if value.replace(".", "", 1).isdigit():
        return fmt(float(value))
    return text_of(value, f"option_{option}")
