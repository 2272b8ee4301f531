"""999 draws of a ring difference-in-differences on 514 districts × 25 years, beside a loop over pyfixest.

python benchmarks/relocation.py            # the loop on 40 of the draws, its time extrapolated
python benchmarks/relocation.py --full     # the loop on all draws
python benchmarks/relocation.py --size     # no timing: false rejections of both statistics, simulated

The outcome is simulated. Our time holds drawing the sites, making the treatments and all estimates; the loop
is given its treatments.
"""

from __future__ import annotations

import argparse
import resource
import time
from functools import partial

import numpy as np
import pandas as pd
import pyfixest as pf

import spillover as sp
from spillover.designs import ring_terms, rings_design
from spillover.district_ground import eastern_regions
from spillover.inference.redraw import RelocationTest, Treatments, relocate, site_treatments
from spillover.inference.refit import refit, within_effects
from spillover.inference.sites import draw_sites, moving_parks

YEARS = range(2000, 2025)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=999)
    parser.add_argument("--sample", type=int, default=40)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--size", action="store_true")
    given = parser.parse_args()
    if given.size:
        false_rejections()
    else:
        timing(given.draws, given.draws if given.full else given.sample)


def timing(draws: int, sample: int) -> None:
    """Ours and the loop, on the same draws."""
    regions, parks = sp.read_regions(), sp.read_parks()
    panel = simulated(regions)
    start, used = time.perf_counter(), time.process_time()
    treatments, test = ours(panel, regions, parks, draws)
    took, busy = time.perf_counter() - start, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rings, shape = len(test.terms) + 1, f"{len(regions)} × {len(YEARS)}"
    print(f"ours: {draws} draws, {rings} rings, {shape}: {took:.2f} s ({busy:.2f} s of a processor)")
    print(f"      peak {peak:,.0f} MB, all libraries counted")
    loop(panel, treatments.values[:, :1])  # imports and compiles
    count = min(sample, draws) + 1
    start = time.perf_counter()
    expected = loop(panel, treatments.values[:, :count])
    all_of_them = (time.perf_counter() - start) * (draws + 1) / count
    said = "measured" if count > draws else f"extrapolated from {count} draws"
    print(f"loop over pyfixest: {all_of_them:.1f} s ({said})")
    print(f"ratio: {all_of_them / took:.1f}; estimates differ by {worst(test, expected):.1e} at most")


def simulated(regions: pd.DataFrame) -> pd.DataFrame:
    """Panel of an outcome that means nothing."""
    index = pd.MultiIndex.from_product([regions["region_code"], YEARS], names=["region_code", "year"])
    panel = index.to_frame(index=False)
    return panel.assign(y=np.random.default_rng(1).normal(size=len(panel)))


def ours(
    panel: pd.DataFrame, regions: pd.DataFrame, parks: pd.DataFrame, draws: int
) -> tuple[Treatments, RelocationTest]:
    candidates = sp.candidate_sites(regions, sp.read_nickel_provinces())
    sites = draw_sites(moving_parks(parks, YEARS[0], YEARS[-1]), candidates, draws=draws, seed=1)
    treatments = site_treatments(
        panel,
        rings_design(panel, regions),
        measure=partial(sp.geodesic_km, regions),
        parks=parks,
        sites=sites,
        terms=ring_terms(),
    )
    return treatments, relocate(panel, "y", treatments)


def loop(panel: pd.DataFrame, treatments: np.ndarray) -> np.ndarray:
    """One regression after the other, as pyfixest is used."""
    found = []
    for draw in range(treatments.shape[1]):
        columns = {f"d{i}": treatments[:, draw, i].astype(float) for i in range(treatments.shape[2])}
        formula = f"y ~ {' + '.join(columns)} | region_code + year"
        fit = pf.feols(formula, panel.assign(**columns), vcov="iid", demeaner=pf.MapDemeaner(fixef_tol=1e-12))
        coefficients = fit.coef()
        found.append([coefficients.get(name, np.nan) for name in columns])
    return np.array(found)


def worst(test: RelocationTest, expected: np.ndarray) -> float:
    """Largest difference; both must leave out the same rings."""
    found = test.estimates[: len(expected)]
    if not (np.isnan(found) == np.isnan(expected)).all():
        raise SystemExit("different rings were left out")
    return float(np.nanmax(np.abs(found - expected)))


def false_rejections(draws: int = 299, simulations: int = 1000, sets: int = 79) -> None:
    """Rejection at 5 % without effect: real sites and 79 drawn sets taken as they are, errors simulated."""
    regions = eastern_regions()
    index = pd.MultiIndex.from_product(
        [regions["region_code"], range(2010, 2025)], names=["region_code", "year"]
    )
    panel = index.to_frame(index=False)
    within = within_effects(panel, ("region_code", "year"))
    outcomes = {
        f"{km:g} km, {rho:g}": within(errors(regions, 15, km, rho, simulations))
        for km, rho in ((1e-3, 0.0), (150, 0.7), (400, 1.0))
    }
    candidates, parks = sp.candidate_sites(regions, sp.read_nickel_provinces()), sp.read_parks()
    measure = partial(sp.geodesic_km, regions)
    print("moved  within  errors          real sites: estimate scaled   drawn sets: mean (sd)")
    for moved in (["IMIP", "WEDA_BAY"], ["IMIP", "WEDA_BAY", "VDNI_OSS", "HUADI_KIBA"], []):
        chosen = parks[parks["complex_id"].isin(moved)] if moved else parks
        sites = draw_sites(moving_parks(chosen, 2010, 2024), candidates, draws=draws, seed=1)
        for within_km in (50, 100):
            design = sp.ring_design(panel, regions, within_km)
            values = site_treatments(panel, design, measure=measure, parks=chosen, sites=sites).values
            for name, y in outcomes.items():
                found = refit(values, y, within)
                raw, even = (
                    rejections(found.coefficients[:, 0] * weight, sets) for weight in (1.0, found.root)
                )
                print(
                    f"{sites['complex_id'].nunique():>5} {within_km:>7}  {name:<15} "
                    f"{raw[0]:.3f} {even[0]:.3f}   {raw.mean():.3f} ({raw.std():.3f}) "
                    f"{even.mean():.3f} ({even.std():.3f})",
                    flush=True,
                )


def errors(regions: pd.DataFrame, years: int, km: float, rho: float, simulations: int) -> np.ndarray:
    """Simulated: correlated as exp(-distance / km) over districts and rho over years."""
    rng, n = np.random.default_rng(3), len(regions)
    near = np.exp(-sp.geodesic_km(regions, regions) / km) + 1e-9 * np.eye(n)
    new = np.einsum("ij,jts->its", np.linalg.cholesky(near), rng.normal(size=(n, years, simulations)))
    for year in range(1, years):
        new[:, year] += rho * new[:, year - 1]
    return np.asarray(new.reshape(n * years, simulations))


def rejections(statistics: np.ndarray, sets: int) -> np.ndarray:
    """Share of simulations with p ≤ 0.05, each set of sites in turn taken as the real one."""
    far = np.abs(statistics)
    p = [(far >= far[own] - 1e-12).mean(axis=0) for own in range(sets + 1)]
    return np.array([(each <= 0.05).mean() for each in p])


if __name__ == "__main__":
    main()
