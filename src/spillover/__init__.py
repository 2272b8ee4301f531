"""spillover: what happens to small firms around Indonesia's nickel parks, how far away, how sure.

    import spillover as sp

    regions = sp.read_regions()
    parks = sp.read_parks()
    exposure = sp.park_exposure(regions, parks, basis="centroid")
    panel = sp.make_panel([sp.read_indicator("grdp_per_capita_real")], regions, range(2000, 2025))
    panel = sp.add_exposure(panel, exposure, ring_edges_km=(0, 50, 100, 200))
    estimates = sp.ring_did(panel, "log_grdp_per_capita_real", reference=">200")

Every name is loaded when it is first used, so that ``import spillover`` stays quick.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import Any

__version__ = version("spillover")

_HOMES = {
    "errors": ["DataError"],
    "sources": ["read_sources"],
    "regions": ["read_boundaries", "read_provinces", "read_region_changes", "read_regions"],
    "indicators": [
        "coverage",
        "find_jumps",
        "indicator_sources",
        "inventory",
        "read_breaks",
        "read_catalogue",
        "read_deflators",
        "read_indicator",
        "read_indicators",
        "release_report",
    ],
    "past_regions": ["flag_backcast"],
    "releases": ["combine_releases", "replaced_summary", "splice_base_years"],
    "vintages": ["regions_in", "to_vintage"],
    "sme": ["national_totals", "read_imk", "read_sme_counts"],
    "imk_partnership": ["read_imk_partnership"],
    "partnering": ["partnership_estimates"],
    "partnering_ground": ["partnership_study"],
    "partnerships.figures": ["extract_figures"],
    "partnerships.ledger": ["read_claim_sources", "read_ledger", "read_programmes"],
    "partnerships.flows": ["average_per_year", "to_flow"],
    "partnerships.spending": ["flow_study"],
    "partnerships.totals": ["add_up"],
    "partnerships.coverage": ["programme_coverage"],
    "partnerships.monitoring": ["baselines", "read_monitoring_frame"],
    "partnerships.places": ["locate", "read_places"],
    "partnerships.sectors": ["kbli_of", "read_sectors"],
    "partnerships.normalise": [
        "constant_price_bounds",
        "constant_prices",
        "per_person",
        "per_sme",
        "per_year",
        "share_of_grdp",
        "to_usd",
    ],
    "parks": ["check_parks_in_districts", "operating", "read_nickel_provinces", "read_parks"],
    "exposure": [
        "assign_ring",
        "edge_km",
        "geodesic_km",
        "nearest_operating",
        "park_exposure",
        "ring_changes",
        "ring_counts",
        "ring_labels",
        "rings_by_year",
    ],
    "designs": ["ring_design", "share_design"],
    "panel": ["add_exposure", "census_growth", "imk_panel", "make_panel", "panel_province"],
    "inference.relocation": [
        "add_relocation_test",
        "candidate_sites",
        "draw_treatments",
        "relocation_p",
        "relocation_test",
    ],
    "specs": ["run_spec"],
    "power": ["power_study"],
    "spec_curve": ["district_curve", "imk_curve", "specification_curve"],
    "district_specs": ["DistrictSpec", "estimate_district", "run_district"],
    "district_designs": [
        "district_events",
        "event_panel",
        "district_references",
        "district_spatial",
        "inference_of",
    ],
    "imk_specs": ["ImkSpec", "estimate_imk"],
    "synthetic_answers": ["synthetic_study"],
    "published": ["published_checks"],
    "models.gradient": ["distance_gradient", "long_difference"],
    "models.rings": ["ring_did", "twfe"],
    "models.distance_curve": ["distance_curve"],
    "models.openings": ["ring_treatments", "without_always_exposed"],
    "models.moving_reference": ["moving_reference"],
    "models.counts": ["ppml"],
    "models.linear": ["fit_linear"],
    "models.weights": ["spatial_weights"],
    "models.spatial": ["spatial_model", "weights_sensitivity"],
    "models.moran": ["moran"],
    "models.synthetic": ["synthetic_control"],
    "models.synthetic_placebo": ["leave_one_out", "placebo_in_space", "placebo_in_time"],
    "inference.conley": ["conley_cov", "driscoll_kraay_cov"],
    "inference.clusters": ["cluster_errors"],
    "inference.wild": ["wild_bootstrap"],
    "inference.permutation": ["permutation_p", "permutation_test"],
    "inference.multiple": ["family_rows", "max_t", "romano_wolf"],
    "inference.side_by_side": ["add_inference"],
    "inference.sites": ["draw_sites", "plausible_sites"],
    "inference.redraw": ["relocate", "site_treatments"],
    "inference.inversion": ["detectable_effect", "relocation_interval", "relocation_rows"],
    "display.robustness": ["curve_finding", "power_finding", "power_table", "welfare_finding"],
    "display.spec_curve": ["specification_chart"],
    "display.spec_words": ["spec_words"],
    "display.inference_table": ["inference_table"],
    "display.curve_chart": ["distance_curve_chart"],
    "display.drawn_sites": ["drawn_sites_alt", "drawn_sites_map"],
    "display.synthetic_tables": ["donor_table", "synthetic_table"],
    "display.synthetic_views": ["synthetic_alt", "synthetic_chart", "synthetic_note"],
    "display.synthetic_words": ["synthetic_finding"],
    "models.event_study": ["event_study", "fit_event_study"],
    "models.pretrends": ["pretrends_test"],
    "models.honest": ["breakdown_m", "relative_magnitude_bounds", "smoothness_bounds"],
    "models.bacon": ["bacon"],
    "nearest": ["nearest_park"],
    "exposure_bands": ["first_exposed"],
    "exposure_measures": ["decay_exposure"],
    "park_choice": ["choose_parks"],
    "workforce": ["park_workforce", "read_park_workforce"],
    "precision": ["check_ring_precision"],
    "sea": ["crosses_sea"],
    "display.event_chart": ["event_chart"],
    "display.validation_heatmap": ["validation_heat_map"],
    "display.validation_words": [
        "simulation_limits",
        "trust_finding",
        "validation_alt",
        "validation_finding",
    ],
    "display.published_table": ["disagreements_table", "published_finding", "published_table"],
    "validation.results": ["read_coverage"],
    "display.robustness_figures": [
        "curve_figure",
        "leave_out_table",
        "reference_table",
        "ring_estimates_table",
        "side_by_side_table",
    ],
    "display.design_exhibits": [
        "bacon_table",
        "bounds_table",
        "drawn_sites_figure",
        "estimators_table",
        "event_figure",
        "spatial_table",
    ],
    "display.synthetic_exhibits": ["synthetic_figure", "synthetic_overview", "twin_weights_table"],
    "studies": ["census_study", "grdp_by_ring", "grdp_study", "imk_index", "imk_study", "ring_study"],
    "district_ground": ["eastern_regions"],
    "bps.accounts": ["cleaning_accounts"],
    "bps.beside": ["lines_and_rows"],
    "display.cleaning_views": [
        "ACCOUNTS_COLUMNS",
        "accounts_shown",
        "cleaning_finding",
        "district_indicators",
        "lines_columns",
        "lines_shown",
    ],
    "district_study": ["district_imk_study"],
    "display.district": ["conclusions", "district_imk_finding", "district_imk_table"],
    "display.language": ["fmt", "fmt_interval", "fmt_p", "get_language", "label", "say", "set_language"],
    "display.citing": ["cite"],
    "display.exhibits": ["figure"],
    "display.charts": ["line_chart", "small_multiples"],
    "display.heatmap": ["heat_map"],
    "display.timeline": ["timeline"],
    "display.maps": ["choropleth", "ring_map"],
    "display.results": ["coefficient_plot", "estimate_table"],
    "display.scatter": ["scatter"],
    "display.tables": ["Column", "table", "with_raw"],
    "display.views": [
        "BREAKS_COLUMNS",
        "CENSUS_COLUMNS",
        "COUNTS_COLUMNS",
        "INVENTORY_COLUMNS",
        "JUMPS_COLUMNS",
        "NATIONAL_COLUMNS",
        "PARKS_COLUMNS",
        "RINGS_BY_YEAR_COLUMNS",
        "RING_CHANGES_COLUMNS",
        "SYSTEMS_COLUMNS",
        "breaks_shown",
        "census_shown",
        "coefficient_alt",
        "counts_shown",
        "coverage_alt",
        "distances_columns",
        "distances_shown",
        "jumps_shown",
        "parks_shown",
        "ring_map_alt",
        "scatter_alt",
        "systems_shown",
        "timeline_alt",
        "with_district",
        "with_name",
    ],
    "display.presets": ["exposure_chart", "imk_chart", "imk_index_chart", "indicator_chart", "ring_chart"],
    "display.ledger_tables": [
        "claims_table",
        "conflicts_table",
        "coverage_table",
        "programmes_table",
        "sectors_table",
    ],
    "display.flow_views": ["flows_table", "iwip_chart", "iwip_finding"],
    "display.money": ["fmt_money", "fmt_money_range"],
    "display.partnership_findings": [
        "conflicts_finding",
        "coverage_finding",
        "local_share_finding",
        "who_says",
    ],
    "display.partnership_rates": [
        "partnership_rate_estimates",
        "partnership_rate_finding",
        "partnership_rate_scatter",
        "partnership_rate_table",
    ],
    "display.monitoring_views": ["monitoring_finding", "monitoring_table"],
    "display.programme_timeline": ["programme_timeline", "programme_timeline_alt"],
    "display.limits": ["design_limit", "dropped_parks", "exposure_limit", "imk_gaps", "systems_limit"],
    "display.findings": [
        "census_finding",
        "grdp_finding",
        "imk_finding",
        "jumps_finding",
        "largest_fall",
        "numbered",
        "ring_change_finding",
    ],
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'spillover' has no attribute {name!r}")
    value = getattr(import_module(f"spillover.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
