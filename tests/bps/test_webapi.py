"""The client of the BPS web API, against a server on this machine that speaks its forms and its faults."""

from __future__ import annotations

import email.utils
import json
import logging
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_server import FIREWALL, ApiServer, Params, reset, serve, silent, status, truncated

from spillover.bps.apicache import cache_path, read_cached
from spillover.bps.apifetch import fetch_table
from spillover.bps.apihttp import Pace, _proxy
from spillover.bps.apijson import decode_json, load_json
from spillover.bps.apikey import read_key
from spillover.bps.sheets import LongCells
from spillover.bps.webapi import Client
from spillover.errors import DataError
from spillover.sources import FIELDS

KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
VARIABLES = [{"var_id": 400 + i, "title": f"Variabel {i}"} for i in range(23)]
YEARS = [{"th_id": 117 - i, "th": 2017 - i} for i in range(5)]


def envelope(items: list[Any], page: int = 1, per_page: int = 10, **more: Any) -> dict[str, Any]:
    pages = max(1, -(-len(items) // per_page))
    here = items[(page - 1) * per_page : page * per_page]
    head = {
        "page": page,
        "pages": pages,
        "per_page": per_page,
        "count": len(here),
        "total": len(items),
    } | more
    return {"status": "OK", "data-availability": "available", "data": [head, here]}


def dynamic(var: str, th: str) -> dict[str, Any]:
    """Poverty lines of two districts (BPS, 2013) under whatever variable and years are asked for."""
    ids = th.split(";")
    values = {"7203": 316400, "7271": 378455}
    return {
        "status": "OK", "data-availability": "available", "last_update": "2022-11-25 02:42:42",
        "var": [{"val": int(var), "label": "Garis Kemiskinan", "unit": "Rupiah", "note": ""}],
        "turvar": [{"val": "0", "label": "Tidak ada"}],
        "vervar": [{"val": 7203, "label": "Morowali "}, {"val": 7271, "label": "Kota Palu"}],
        "tahun": [{"val": int(i), "label": str(1900 + int(i))} for i in ids],
        "turtahun": [{"val": 0, "label": "Tahun"}],
        "datacontent": {f"{r}{var}0{i}0": v for i in ids for r, v in values.items()},
    }  # fmt: skip


def route(kind: str, params: Params) -> Any:
    page = int(params.get("page", "1"))
    if kind == "var":
        return envelope(VARIABLES, page)
    if kind == "th":
        return envelope(YEARS, page, 3)
    if kind == "domain":
        return envelope([{"domain_id": "7203", "domain_name": "Morowali"}])
    if kind == "data":
        return dynamic(params["var"], params["th"])
    if kind == "statictable":
        table = "&lt;table&gt;&lt;tr&gt;&lt;td&gt;Morowali&lt;/td&gt;&lt;/tr&gt;&lt;/table&gt;"
        data = {"table_id": int(params["id"]), "title": "IMK", "table": table, "updt_date": "2020-05-01"}
        return {"status": "OK", "data-availability": "available", "data": data}
    if kind == "simdasi/id/25":
        row = {"label": "Bahodopi", "kode_wilayah": 7203032, "variables": {"a1": {"value": "1.234"}}}
        table = {"judul_tabel": "IMK", "tahun_data": int(params["tahun"]), "data": [row]}
        return {"status": "OK", "data-availability": "available", "data": [{"page": 1, "pages": 1}, table]}
    if kind == "simdasi/id/26":
        return envelope([{"kode": "7200000"}, {"kode": "7400000"}], total=1, count=1)
    return {"status": "Error", "message": f"no such thing: {kind}"}


class Clock:
    """Time that passes only by sleeping; remembers how long each sleep was."""

    def __init__(self) -> None:
        self.time, self.slept = 1000.0, list[float]()

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        if seconds:
            self.slept.append(seconds)

    def pace(self, **more: Any) -> Pace:
        fixed: dict[str, Any] = {"sleep": self.sleep, "clock": lambda: self.time, "chance": lambda: 0.5}
        return Pace(**(fixed | {"now": lambda: NOW, "read_seconds": 5.0, "tries": 4} | more))


@pytest.fixture
def api() -> Iterator[ApiServer]:
    with serve(route) as server:
        yield server


@pytest.fixture
def make(api: ApiServer, tmp_path: Path) -> Iterator[Callable[..., Client]]:
    """Clients of the server with a cache in ``tmp_path`` and a clock that does not wait."""
    made: list[Client] = []

    def client(clock: Clock | None = None, *, fast: dict[str, Any] | None = None, **more: Any) -> Client:
        pace = (clock or Clock()).pace(**(fast or {}))
        made.append(Client(more.pop("key", KEY), base_url=api.url, cache_dir=tmp_path, pace=pace, **more))
        return made[-1]

    yield client
    for one in made:
        one.close()


def test_all_pages_are_read_the_last_one_too(api: ApiServer, make: Callable[..., Client]) -> None:
    steps: list[tuple[int, int]] = []
    items = make().list_items("var", "0000", lambda done, total: steps.append((done, total)))
    assert [i["var_id"] for i in items] == [str(v["var_id"]) for v in VARIABLES]
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert make().domains()[0]["domain_name"] == "Morowali"


def test_an_envelope_may_lack_per_page_and_count(api: ApiServer, make: Callable[..., Client]) -> None:
    def bare(kind: str, params: Params) -> Any:
        payload = route(kind, params)
        for name in ("per_page", "count"):
            del payload["data"][0][name]
        return payload

    api.route = bare
    assert len(make().list_items("var", "0000")) == 23


def test_a_second_run_asks_nothing_and_works_offline(api: ApiServer, make: Callable[..., Client]) -> None:
    first = make().data(195, "0000", [2013, 2015])
    count = len(api.asked)
    assert make(offline=True, key=None).data(195, "0000", [2013, 2015]) == first
    assert len(api.asked) == count
    make(refresh=True).data(195, "0000", [2013, 2015])
    assert len(api.asked) == 2 * count
    with pytest.raises(DataError, match="not in the cache"):
        make(offline=True).data(196, "0000")


def test_years_are_labels_found_in_the_list_not_computed(api: ApiServer, make: Callable[..., Client]) -> None:
    api.route = lambda kind, params: (
        envelope([{"th_id": 7, "th": "2013"}, {"th_id": 3, "th": "2015"}])
        if kind == "th"
        else dynamic("195", "113;115") | {"tahun": [{"val": 7, "label": "2013"}, {"val": 3, "label": "2015"}]}
    )
    make().data(195, "0000", [2015, 2013])
    assert api.asked[-1][1]["th"] == "3;7"
    with pytest.raises(DataError, match=r"years that BPS does not have \(1: 2014\).*choose from 2013, 2015"):
        make().data(195, "0000", [2014])


def test_a_response_about_something_else_is_refused(api: ApiServer, make: Callable[..., Client]) -> None:
    api.route = lambda kind, params: route(kind, params | {"th": "117"} if kind == "data" else params)
    with pytest.raises(DataError, match=r"about something else \(1: 2013\)"):
        make().data(195, "0000", [2013, 2017])
    with pytest.raises(DataError, match=r"about something else \(.*variable 5"):
        api.route = lambda kind, params: route(kind, params | {"var": "5"})
        make().data(196, "0000", [2017])
    with pytest.raises(DataError, match="another table"):
        api.route = lambda kind, params: route(kind, params | {"id": "99"})
        make().static_table(23, "7315")
    with pytest.raises(DataError, match="another year"):
        api.route = lambda kind, params: route(kind, params | {"tahun": "1999"})
        make().simdasi("QUJD", "7203000", 2022)


def test_static_and_simdasi_tables_and_lists(make: Callable[..., Client]) -> None:
    assert make().static_table(23, "7315").payload["data"]["title"] == "IMK"
    cells = decode_json(make().simdasi("QUI/Kz0=", "7203000", 2022).payload, "t")
    assert cells is not None
    assert isinstance(cells[0], LongCells)
    assert (cells[0].label, cells[0].code, cells[0].text) == (["Bahodopi"], ["7203032"], ["1.234"])
    # The real service counts 1 here, however many items follow.
    assert len(make().simdasi_items(26)) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"page": 1}, "another page came"),
        ({"total": 24}, "pages disagree on the total"),
    ],
)
def test_pages_that_disagree_are_refused(
    api: ApiServer, make: Callable[..., Client], change: dict[str, int], message: str
) -> None:
    def odd(kind: str, params: Params) -> Any:
        page = int(params.get("page", "1"))
        payload = envelope(VARIABLES, page)
        payload["data"][0] |= change if page == 2 else {}
        return payload

    api.route = odd
    with pytest.raises(DataError, match=message):
        make().list_items("var", "0000")


def test_a_page_that_comes_twice_and_lost_items_are_refused(
    api: ApiServer, make: Callable[..., Client]
) -> None:
    def twice(kind: str, params: Params) -> Any:
        payload = envelope(VARIABLES, 1)
        payload["data"][0]["page"] = int(params.get("page", "1"))
        return payload

    api.route = twice
    with pytest.raises(DataError, match=r"a page came twice \(1: page 2\)"):
        make().list_items("var", "0000")
    api.route = lambda kind, params: envelope(VARIABLES[:5], total=6)
    with pytest.raises(DataError, match="5 items came where BPS counts 6"):
        make().list_items("var", "7200")


@pytest.mark.parametrize(
    "fault",
    [status(500), status(503, FIREWALL), status(429), reset, truncated],
    ids=["500", "503", "429", "reset", "truncated"],
)
def test_a_passing_fault_is_tried_again(api: ApiServer, make: Callable[..., Client], fault: Any) -> None:
    api.faults = [fault]
    assert len(make().domains()) == 1
    assert len(api.asked) == 2


def test_a_silent_server_times_out_and_is_asked_again(api: ApiServer, make: Callable[..., Client]) -> None:
    api.faults = [silent]
    assert len(make(fast={"read_seconds": 0.05}).domains()) == 1
    assert len(api.asked) == 2


def test_waits_grow_are_random_and_obey_retry_after_up_to_a_cap(
    api: ApiServer, make: Callable[..., Client]
) -> None:
    clock = Clock()
    date = email.utils.format_datetime(datetime(2026, 11, 22, 6, 0, 20, tzinfo=UTC))
    api.faults = [status(500), status(429, Retry_After="7"), status(503, Retry_After=date), status(500)]
    api.faults += [status(429, Retry_After="9999"), status(503, Retry_After="soon")]
    make(clock, fast={"per_second": 1000.0, "tries": 7}).domains()
    assert clock.slept == [0.5, 7.0, 20.0, 4.0, 60.0, 16.0]


def test_requests_keep_their_distance(api: ApiServer, make: Callable[..., Client]) -> None:
    clock = Clock()
    make(clock).list_items("var", "0000")
    assert clock.slept == [0.5, 0.5]


def test_tries_end_with_words_and_the_rest_of_a_list_resumes(
    api: ApiServer, make: Callable[..., Client]
) -> None:
    client = make()
    api.faults = [
        lambda handler: handler.send(200, json.dumps(route("var", {})).encode()),
        *[status(502)] * 4,
    ]
    with pytest.raises(DataError, match=r"no answer after 4 tries; the last: status 502.*is kept"):
        client.list_items("var", "0000")
    before = len(api.asked)
    assert len(client.list_items("var", "0000")) == 23
    assert [p.get("page") for _, p in api.asked[before:]] == ["2", "3"]


@pytest.mark.parametrize("code", [400, 401, 403, 404])
def test_refusals_are_not_tried_again(api: ApiServer, make: Callable[..., Client], code: int) -> None:
    api.faults = [
        status(code, b'{"status":"ERROR","message":"Invalid Parameter (var)"}'),
        status(code, FIREWALL),
    ]
    with pytest.raises(DataError, match=r"BPS refused: Invalid Parameter \(var\)"):
        make().domains()
    with pytest.raises(DataError, match=f"was refused with status {code}"):
        make().domains()
    assert len(api.asked) == 2


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (FIREWALL, "an HTML page came instead of JSON"),
        (b'{"status": "OK", "data": [', "is not complete JSON"),
        (b"\xff\xfe\x00", "is not complete JSON"),
        (b'{"status":"OK","data-availability":"list-not-available","data":""}', "BPS has no such list"),
        (b'{"error":"UserNotFound"}', "BPS refused: UserNotFound.*BPS_API_KEY"),
        (b"{}", "is not a list of the BPS web API"),
    ],
)
def test_what_is_no_answer_is_refused_and_not_kept(
    api: ApiServer, make: Callable[..., Client], tmp_path: Path, body: bytes, message: str
) -> None:
    api.faults = [status(200, body)]
    with pytest.raises(DataError, match=message):
        make().domains()
    if body != b"{}":
        assert not list(tmp_path.iterdir())


def test_a_huge_body_is_cut_off(api: ApiServer, make: Callable[..., Client]) -> None:
    api.faults = [status(200, b" " * 300_000)]
    with pytest.raises(DataError, match="the response is over 200,000 bytes"):
        make(fast={"max_bytes": 200_000}).domains()
    assert len(api.asked) == 1


def test_redirects_stay_at_home(api: ApiServer, make: Callable[..., Client]) -> None:
    """Another host or port never sees the key; a move within the service is followed."""
    with serve(route) as other:
        api.faults = [status(302, Location=f"{other.url}/domain?type=all&key={KEY}")]
        with pytest.raises(DataError, match=r"is redirected \(status 302\) to 127.0.0.1") as caught:
            make().domains()
        assert other.asked == []
        assert_hidden(caught.value)
    api.faults = [status(302, Location="//[bad"), status(301, Location="/v1/api/domain?type=prov&moved=1")]
    with pytest.raises(DataError, match=r"no answer|is redirected"):
        make(fast={"tries": 1}).domains()
    assert make().domains("prov")[0]["domain_id"] == "7203"
    assert api.asked[-1][1]["moved"] == "1"


def test_a_corrupted_cache_file_is_fetched_again(
    api: ApiServer, make: Callable[..., Client], tmp_path: Path
) -> None:
    make().domains()
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    url = f"{api.url}/domain?type=all"
    assert path == cache_path(tmp_path, url)
    for broken in (whole.replace(b"Morowali", b"Morowal1"), whole[:-5], b"", b"[]\n{}", b"\xff"):
        path.write_bytes(broken)
        assert read_cached(tmp_path, url) is None
        before = len(api.asked)
        assert make().domains()[0]["domain_name"] == "Morowali"
        assert len(api.asked) == before + 1
        assert path.read_bytes() == whole
    assert [p.suffix for p in tmp_path.iterdir()] == [".response"]


def test_a_cache_that_cannot_be_written_is_said(api: ApiServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        Client(KEY, base_url=api.url, cache_dir=tmp_path / "file" / "cache", pace=Clock().pace()) as client,
        pytest.raises(DataError, match="cannot be written: Not a directory"),
    ):
        client.domains()


def assert_hidden(error: BaseException | None) -> None:
    """No part of an exception chain says the key, as text, as representation or as attribute of a request."""
    while error is not None:
        said = "".join(traceback.format_exception(error)) + repr(error) + str(vars(error)) + repr(error.args)
        request = getattr(error, "_request", None)
        assert KEY not in said + (str(request.url) if request else "")
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize(
    "faults",
    [
        [],
        [status(500)] * 4,
        [reset] * 4,
        [truncated] * 4,
        [status(403, FIREWALL)],
        [status(400, json.dumps({"status": "ERROR", "message": f"bad key {KEY}"}).encode())],
        [status(200, json.dumps({"error": f"User {KEY} not found"}).encode())],
        [status(200, json.dumps(envelope([{"link": f"?key={KEY}"}])).encode())],
        [status(302, Location=f"https://elsewhere.invalid/?key={KEY}")],
    ],
    ids=["fine", "500", "reset", "truncated", "403", "echo400", "echo", "echo in data", "redirect"],
)
def test_the_key_is_nowhere_but_in_the_request(
    api: ApiServer,
    make: Callable[..., Client],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    faults: list[Any],
) -> None:
    """Not in logs (httpx and httpcore at DEBUG too), errors and their contexts, files, names, or repr."""
    caplog.set_level(logging.DEBUG)
    api.faults = faults
    client = make()
    caught: DataError | None = None
    try:
        client.domains()
    except DataError as error:
        caught = error
    assert_hidden(caught)
    client._get = None
    api.faults = []
    client.simdasi("QUJD", "7203000", 2022)
    assert [p["key"] for _, p in api.asked] == [KEY] * len(api.asked)
    assert any("HTTP Request" in r.getMessage() for r in caplog.records)
    assert all(KEY not in r.getMessage() + repr(r.args) for r in caplog.records)
    assert KEY not in repr(client) + str(client)
    for path in tmp_path.iterdir():
        assert KEY not in path.name
        assert KEY.encode() not in path.read_bytes()


def test_a_key_is_needed_only_for_the_network(
    monkeypatch: pytest.MonkeyPatch, api: ApiServer, make: Callable[..., Client]
) -> None:
    monkeypatch.delenv("BPS_API_KEY", raising=False)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(DataError, match=r"no key.*BPS_API_KEY"):
        make(key=None).domains()
    monkeypatch.setenv("BPS_API_KEY", f" {KEY}\n")
    assert make(key=None).domains()
    assert api.asked[-1][1]["key"] == KEY
    assert make(key=None, offline=True).domains()
    with pytest.raises(DataError, match="contradict"):
        make(offline=True, refresh=True)


def test_a_key_is_asked_for_on_a_terminal_and_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BPS_API_KEY", raising=False)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: KEY)
    assert read_key() == KEY
    monkeypatch.setattr("getpass.getpass", lambda prompt: "not/a/key?really=1")
    with pytest.raises(DataError, match="the key is not one") as caught:
        read_key()
    assert "really" not in str(caught.value)
    with pytest.raises(DataError, match="the key is not one"):
        Client("short")


def test_only_https_is_spoken_but_on_this_machine(tmp_path: Path) -> None:
    for url in ("http://webapi.bps.go.id/v1/api", "ftp://127.0.0.2/v1", "http://localhost.evil.invalid/"):
        with (
            Client(KEY, base_url=url, cache_dir=tmp_path) as client,
            pytest.raises(DataError, match="is not an HTTPS address"),
        ):
            client.domains()


def test_a_proxy_of_the_environment_is_used_but_not_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", "intern.invalid")
    assert _proxy(httpx.URL("https://webapi.bps.go.id/")) == "http://proxy.invalid:3128"
    assert _proxy(httpx.URL("https://intern.invalid/")) is None
    assert _proxy(httpx.URL("https://localhost/")) is None


def test_a_named_table_comes_with_its_record(make: Callable[..., Client]) -> None:
    (table,) = fetch_table(make(), "poverty", years=[2013, 2014])
    record = table.record
    assert set(record) == set(FIELDS)
    assert record["id"] == "bps_poverty_0000_2013_2014"
    assert record["title"] == "Garis Kemiskinan, 2013_2014"
    assert record["accessed"] == "2026-11-22"
    assert record["published"] == "2022-11-25 02:42:42"
    assert record["url"].endswith("/list?model=data&lang=ind&domain=0000&var=195&th=113%3B114")
    cells = decode_json(load_json(table.body, "t"), "t")
    assert cells is not None
    assert isinstance(cells[0], LongCells)
    assert cells[0].text == ["316400", "316400", "378455", "378455"]


def test_static_simdasi_and_numbered_tables_by_name(make: Callable[..., Client]) -> None:
    assert fetch_table(make(), "static:23", "7315")[0].record["published"] == "2020-05-01"
    ids = [f.record["id"] for f in fetch_table(make(), "simdasi:QUJD", "7203", [2021, 2022])]
    assert ids == ["bps_simdasi_qujd_7203_2021", "bps_simdasi_qujd_7203_2022"]
    assert fetch_table(make(), "31", "7203", [2013, 2017])[0].record["id"] == "bps_var31_7203_2013_2017"


def test_regional_product_is_looked_up_and_choices_are_listed(
    api: ApiServer, make: Callable[..., Client]
) -> None:
    products = [
        {"var_id": 12, "title": "PDRB per kapita"},
        {"var_id": 9, "title": "Produk Domestik Regional Bruto"},
    ]
    api.route = lambda kind, params: (
        envelope([*VARIABLES, *products], int(params.get("page", "1")))
        if kind == "var"
        else route(kind, params)
    )
    with pytest.raises(
        DataError, match=r"several .*\(2: 12 PDRB per kapita, 9 Produk Domestik Regional Bruto\)"
    ):
        fetch_table(make(), "grdp", "7200")
    api.route = lambda kind, params: (
        envelope([*VARIABLES[:3], products[0]]) if kind == "var" else route(kind, params)
    )
    assert "var=12&" in fetch_table(make(), "grdp", "7203", [2017])[0].record["url"]
    api.route = route
    with pytest.raises(DataError, match="no variable is grdp"):
        fetch_table(make(), "grdp", "7400")


def test_names_of_another_domain_are_looked_up_by_title(api: ApiServer, make: Callable[..., Client]) -> None:
    """Number 440 is IMK for the nation only: a district numbers its variables itself."""
    own = {"var_id": 31, "title": "Jumlah Perusahaan Industri Mikro dan Kecil Menurut Kecamatan"}
    api.route = lambda kind, params: envelope([*VARIABLES[:3], own]) if kind == "var" else route(kind, params)
    assert "var=31&" in fetch_table(make(), "imk", "7203", [2017])[0].record["url"]
    assert "var=440&" in fetch_table(make(), "imk", "0000", [2017])[0].record["url"]


@pytest.mark.parametrize(
    ("what", "domain", "years", "message"),
    [
        ("gdp", "0000", None, "unknown table"),
        ("imk", "72", None, "not a domain"),
        ("simdasi:QUJD", "7203", None, "no years given"),
        ("static:23", "7203", [2020], "has its own years"),
        ("static:x", "7203", None, "unknown table"),
    ],
)
def test_what_cannot_be_fetched_is_said_before_asking(
    api: ApiServer, make: Callable[..., Client], what: str, domain: str, years: list[int] | None, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        fetch_table(make(), what, domain, years)
    assert api.asked == []
