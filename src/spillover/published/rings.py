"""Published regressions on rings and distance, computed again: teaching data; houses by an incinerator."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spillover.exposure import assign_ring
from spillover.models.gradient import distance_gradient
from spillover.models.linear import fit_linear
from spillover.published.check import Check
from spillover.sources import read_csv

CLARKE = (
    "Clarke (2017), Estimating difference-in-differences in the presence of spillovers, MPRA paper 81604; "
    "output of the package cdifdif, README at commit 3c73a90"
)
CLARKE_EDGES = (0.0, 5.0, 10.0, 15.0, 20.0, 25.0)
KIEL = "Kiel and McClain (1995), Journal of Environmental Economics and Management 28"
WOOLDRIDGE = f"Wooldridge, Introductory Econometrics, example 13.3 and table 13.2; data of {KIEL}"
THREE_MILES_FT = 15840.0
PRICES_1981 = 1.302  # prices of 1981 over those of 1978, as the study deflates


def checks() -> list[Check]:
    """Every published number of this topic beside ours.

    Examples
    --------
    >>> from spillover.published.check import agrees
    >>> all(agrees(check) for check in checks())
    True
    """
    return [*_clarke(), *_incinerator(), *_incinerator_gradient()]


def _clarke() -> list[Check]:
    """Seven coefficients and a standard error of a ring difference-in-differences with five rings."""
    kinds = {"unit": "integer", "period": "integer", "distance": "number", "treated": "integer"}
    data = read_csv("published_ring_example", kinds | {"outcome": "number"})
    beyond = (data["treated"] == 1) | (data["period"] == 0)
    # the package's rings are closed at their outer edge: a distance of exactly 5 is in the first
    distance = pd.Series(np.nextafter(data["distance"], -np.inf)).mask(beyond)
    data = data.assign(
        region_code=[str(i) for i in range(len(data))],
        ring=assign_ring(distance, CLARKE_EDGES),
        t1=data["period"].astype(float),
        t2=data["treated"].astype(float),
    )
    rings = distance_gradient(
        data, "outcome", distance="ring", form="rings", controls=["t1", "t2"], vcov="nonrobust"
    )
    dummies = {f"d{i + 1}": (data["ring"] == term).astype(float) for i, term in enumerate(rings["term"])}
    fit = fit_linear(data.assign(**dummies), "outcome", ["t1", "t2", *dummies], effects=[])
    printed = ("0.9086385", "10.0449985", "5.1403294", "3.8497968", "2.9614936", "2.1429545", "0.8046168")
    found = dict(zip(fit.names, fit.coefficients, strict=True))
    found |= dict(zip(dummies, rings["estimate"], strict=True))
    rows = [(name, value, found[name]) for name, value in zip(found, printed, strict=True)]
    rows.append(("standard error of d1", "0.23604232", rings["std_error"].iloc[0]))
    note = "rings closed at the outer edge, as in the package; ours are closed at the inner one"
    return [
        Check(
            f"clarke_{name.replace(' ', '_')}",
            "Spillovers by distance (teaching data)",
            CLARKE,
            "published_ring_example",
            f"{name}: least squares on period, treated and five rings",
            value,
            float(computed),
            note if name.startswith(("d", "s")) else "",
        )
        for name, value, computed in rows
    ]


def _houses() -> pd.DataFrame:
    """Houses sold, with the price in dollars of 1978 and the ring around the incinerator."""
    kinds = {"house": "integer", "year": "year", "distance_ft": "number", "price_usd": "number"}
    data = read_csv("published_kiel_mcclain_1995", kinds)
    late = (data["year"] == 1981).astype(float)
    return data.assign(
        region_code=data["house"].astype(str),
        late=late,
        price=data["price_usd"] / (1.0 + (PRICES_1981 - 1.0) * late),
        ring=assign_ring(data["distance_ft"], (0.0, THREE_MILES_FT)),
    )


def _incinerator() -> list[Check]:
    """Two cross-sections and the difference-in-differences of house prices within three miles."""
    data = _houses()
    rows = []
    for year, estimate, error in ((1978, "-18824.37", "4744.59"), (1981, "-30688.27", "5827.71")):
        part = data[data["year"] == year]
        row = distance_gradient(part, "price", distance="ring", form="rings", vcov="nonrobust").iloc[0]
        rows.append((f"{year}", f"within three miles, {year}", estimate, row["estimate"]))
        rows.append((f"{year}_se", f"within three miles, {year}, standard error", error, row["std_error"]))
    near = (data["ring"] != data["ring"].cat.categories[-1]).astype(float)
    columns = {"late": data["late"], "near": near, "late_near": data["late"] * near}
    fit = fit_linear(data.assign(**columns), "price", list(columns), effects=[])
    rows.append(("late", "year 1981 (table 13.2, column 1)", "18790.29", fit.coefficients[0]))
    rows.append(
        ("did", "year 1981 × within three miles (table 13.2, column 1)", "-11863.90", fit.coefficients[2])
    )
    note = "price of 1981 over 1.302; the book's column is the same in single precision"
    return [
        Check(
            f"incinerator_{name}",
            "House prices near an incinerator",
            WOOLDRIDGE,
            "published_kiel_mcclain_1995",
            statistic,
            printed,
            float(computed),
            note,
        )
        for name, statistic, printed, computed in rows
    ]


def _incinerator_gradient() -> list[Check]:
    """Log price on log distance in 1981: Wooldridge's computer exercise, as a public solution prints it."""
    data = _houses()
    part = data[data["year"] == 1981].assign(log_price=np.log(data["price_usd"]))
    row = distance_gradient(part, "log_price", distance="distance_ft", vcov="nonrobust").iloc[0]
    citation = f"Solution to Wooldridge's computer exercise, rpubs 1105260; data of {KIEL}"
    values = (("", "0.36488", row["estimate"]), (", standard error", "0.06576", row["std_error"]))
    return [
        Check(
            f"incinerator_log_distance{'_se' if what else ''}",
            "House prices near an incinerator",
            citation,
            "published_kiel_mcclain_1995",
            f"log price on log distance, 1981{what}",
            printed,
            float(computed),
        )
        for what, printed, computed in values
    ]
