"""Published spatial models: Columbus crime (Anselin 1988) and Baltimore houses (Dubin 1992).

The numbers are those printed in the reference pages of spatialreg, spdep and spreg; ours come from
`spatial_model` and `moran`. The tables hold the neighbours by code: libpysal's ``wmat.dat`` counts by the
variable NEIG while its ``columbus.dbf`` is ordered by POLYID, and with rows taken as they stand rho is 0.315
instead of 0.431.
"""

from __future__ import annotations

import pandas as pd

from spillover.models.linear import fit_linear
from spillover.models.moran import moran
from spillover.models.spatial import spatial_model
from spillover.models.weights import SpatialWeights, weights_from_neighbours
from spillover.published.check import Check
from spillover.sources import read_csv

REGRESSORS = ("income", "house_value")
ANSELIN = "Anselin (1988), Spatial Econometrics: Methods and Models, Table 12.1"
SPATIALREG = (
    "Bivand et al., spatialreg, reference page of lagsarlm and errorsarlm (ML_models), example output"
)
SLX_PAGE = "Bivand et al., spatialreg, reference page of lmSLX (SLX), example output"
SPDEP = "Bivand et al., spdep, reference pages of moran.test and lm.morantest, example output"
SPREG_MORAN = "Anselin, Amaral, Rey et al., spreg 1.9, documentation of MoranRes"
SPREG = "Anselin, Amaral, Rey et al., spreg 1.9, documentation of ML_Lag"
BALTIMORE_COLUMNS = (
    "price", "rooms", "bathrooms", "patio", "fireplace", "air_conditioning", "garage", "age", "lot_size",
    "floor_space",
)  # fmt: skip
_STOPPED = (
    "Not listed: the constant 42.822413 and lag.INC -0.520283 as printed. The likelihood's score is zero at "
    "rho 0.42633550, which gives 42.822415 and -0.520284: the printed search stopped early (eighth digit)."
)
_MATRIX = (
    "Method Matrix prints 59.893219, method eigen 59.893220. The largest likelihood gives 59.8932193: "
    "Matrix is right."
)
_STOPPED_LAG = (
    "Not listed: the constant, printed as 45.079251 (method eigen) and 45.079249 (Matrix), and the indirect "
    "impact of INC, printed as -0.7270849. The likelihood's score is zero at rho 0.431023209, which gives "
    "45.0792499 and -0.7270848: both printed searches stopped early."
)

# kind -> term, what is compared, as printed, note
PRINTED: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "lag": (
        ("rho", "estimate", "0.43102", ""),
        ("rho", "std_error", "0.11768", ""),
        ("constant", "std_error", "7.177347", ""),
        ("income", "estimate", "-1.031616", ""),
        ("income", "std_error", "0.305143", ""),
        ("house_value", "estimate", "-0.265926", ""),
        ("house_value", "std_error", "0.088499", ""),
        ("direct:income", "estimate", "-1.0860220", _STOPPED_LAG),
        ("total:income", "estimate", "-1.8131068", ""),
        ("direct:house_value", "estimate", "-0.2799509", ""),
        ("indirect:house_value", "estimate", "-0.1874254", ""),
        ("total:house_value", "estimate", "-0.4673763", ""),
    ),
    "error": (
        ("lambda", "estimate", "0.56179", ""),
        ("lambda", "std_error", "0.13387", ""),
        ("constant", "estimate", "59.893219", _MATRIX),
        ("income", "estimate", "-0.941312", ""),
        ("income", "std_error", "0.330569", ""),
        ("house_value", "estimate", "-0.302250", ""),
        ("house_value", "std_error", "0.090476", ""),
    ),
    "durbin": (
        ("rho", "estimate", "0.42634", _STOPPED),
        ("rho", "std_error", "0.15623", ""),
        ("income", "estimate", "-0.914223", ""),
        ("income", "std_error", "0.331094", ""),
        ("house_value", "estimate", "-0.293738", ""),
        ("house_value", "std_error", "0.089212", ""),
        ("W*income", "std_error", "0.565129", ""),
        ("W*house_value", "estimate", "0.245640", ""),
        ("W*house_value", "std_error", "0.178917", ""),
    ),
    "slx": (
        ("direct:income", "estimate", "-1.1089293", ""),
        ("indirect:income", "estimate", "-1.3709725", ""),
        ("total:income", "estimate", "-2.47990173", ""),
        ("direct:house_value", "estimate", "-0.2897283", ""),
        ("indirect:house_value", "estimate", "0.1917608", ""),
        ("total:house_value", "estimate", "-0.09796753", ""),
        ("direct:income", "std_error", "0.3738129", ""),
        ("indirect:income", "std_error", "0.5612771", ""),
        ("total:income", "std_error", "0.4965456", ""),
        ("total:house_value", "std_error", "0.2028016", ""),
    ),
}  # fmt: skip
BALTIMORE_PRINTED = {
    "constant": ("4.3675", "4.8859"), "rooms": ("0.7502", "1.0593"), "bathrooms": ("5.6116", "1.7491"),
    "patio": ("7.0497", "2.7095"), "fireplace": ("7.7246", "2.3811"), "garage": ("4.6375", "1.6936"),
    "air_conditioning": ("6.1231", "2.3388"), "age": ("-0.1107", "0.0508"), "lot_size": ("0.0679", "0.0146"),
    "floor_space": ("0.0794", "0.1631"), "rho": ("0.4259", "0.0570"),
}  # fmt: skip


def read_columbus() -> pd.DataFrame:
    """Columbus: region_code (1–49 as in the book), crime, income, house_value, two lists of neighbours."""
    numbers = dict.fromkeys(("crime", *REGRESSORS), "number")
    return read_csv(
        "published_columbus",
        {"region_code": "text"} | numbers | {"neighbours_1988": "text", "neighbours_queen": "text"},
    )


def read_baltimore() -> pd.DataFrame:
    """Baltimore: region_code, the columns of ``BALTIMORE_COLUMNS`` and queen neighbours."""
    numbers = dict.fromkeys(BALTIMORE_COLUMNS, "number")
    return read_csv("published_baltimore", {"region_code": "text"} | numbers | {"neighbours_queen": "text"})


def neighbour_weights(table: pd.DataFrame, column: str) -> SpatialWeights:
    """Row-standardised weights from a column of neighbours' codes."""
    return weights_from_neighbours(table.set_index("region_code")[column], column)


def checks() -> list[Check]:
    """Every printed number beside ours."""
    return [*_columbus_models(), *_columbus_moran(), *_baltimore()]


def _columbus_models() -> list[Check]:
    table = read_columbus()
    weights = neighbour_weights(table, "neighbours_1988")
    out = []
    for kind, printed in PRINTED.items():
        found = spatial_model(table, "crime", REGRESSORS, weights=weights, kind=kind, draws=100)
        found = found.set_index("term")
        for term, what, text, note in printed:
            out.append(
                Check(
                    f"columbus_{kind}_{term}_{what}", f"Columbus crime, spatial {kind}",
                    f"{ANSELIN}; {SLX_PAGE if kind == 'slx' else SPATIALREG}", "published_columbus",
                    _statistic(term, what), text, float(found.loc[term, what]), note,
                )
            )  # fmt: skip
    return out


def _columbus_moran() -> list[Check]:
    """Moran's I of crime, and of residuals of least squares under both lists of neighbours."""
    table = read_columbus()
    weights = neighbour_weights(table, "neighbours_1988")
    queen = neighbour_weights(table, "neighbours_queen")
    table = table.assign(
        crime_residuals=fit_linear(table, "crime", REGRESSORS, effects=()).residuals,
        value_residuals=fit_linear(table, "house_value", ["income", "crime"], effects=()).residuals,
    )
    rows = (
        ("crime", weights, "0.510951264", f"{ANSELIN}; {SPDEP}", ""),
        ("crime_residuals", weights, "0.235638354", f"{ANSELIN}; {SPDEP}", ""),
        (
            "value_residuals", queen, "0.1713", f"{ANSELIN}; {SPREG_MORAN}",
            "Queen neighbours of the map (236 links), not the book's (232); house value on income and crime.",
        ),
    )  # fmt: skip
    return [
        Check(
            f"columbus_moran_{column}_{used.definition}", "Columbus crime, Moran's I", citation,
            "published_columbus", f"Moran's I of {column}, {used.definition}".replace("_", " "), text,
            float(moran(table, column, used, permutations=99)["estimate"].item()), note,
        )
        for column, used, text, citation, note in rows
    ]  # fmt: skip


def _baltimore() -> list[Check]:
    table = read_baltimore()
    weights = neighbour_weights(table, "neighbours_queen")
    found = spatial_model(
        table, "price", BALTIMORE_COLUMNS[1:], weights=weights, kind="lag", draws=100
    ).set_index("term")
    return [
        Check(
            f"baltimore_lag_{term}_{what}", "Baltimore houses, spatial lag", f"Dubin (1992); {SPREG}",
            "published_baltimore", _statistic(term, what), text, float(found.loc[term, what]),
        )
        for term, both in BALTIMORE_PRINTED.items()
        for what, text in zip(("estimate", "std_error"), both, strict=True)
    ]  # fmt: skip


def _statistic(term: str, what: str) -> str:
    """What is compared, in words: ``house_value``, ``std_error`` is "house value: standard error"."""
    return f"{term.replace('_', ' ')}: {'standard error' if what == 'std_error' else what}"
