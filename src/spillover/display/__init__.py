"""Figures, tables and sentences in two languages."""

from spillover.display.charts import line_chart, small_multiples
from spillover.display.exhibits import Caption, Exhibit, TableCaption, figure
from spillover.display.heatmap import heat_map
from spillover.display.language import (
    fmt,
    fmt_interval,
    fmt_p,
    fmt_year,
    get_language,
    join,
    label,
    say,
    set_language,
    text_of,
)
from spillover.display.maps import choropleth, ring_map
from spillover.display.results import coefficient_plot, estimate_table
from spillover.display.scatter import scatter
from spillover.display.tables import Column, table
from spillover.display.timeline import timeline

__all__ = [
    "Caption",
    "Column",
    "Exhibit",
    "TableCaption",
    "choropleth",
    "coefficient_plot",
    "estimate_table",
    "figure",
    "fmt",
    "fmt_interval",
    "fmt_p",
    "fmt_year",
    "get_language",
    "heat_map",
    "join",
    "label",
    "line_chart",
    "ring_map",
    "say",
    "scatter",
    "set_language",
    "small_multiples",
    "table",
    "text_of",
    "timeline",
]
