"""The environment is one thing said in three files, and the files of the project fit to be published."""

import importlib.metadata
import platform
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))

# Where conda-forge uses another name than the Python package index.
CONDA_NAMES = {"matplotlib-base": "matplotlib"}
LARGEST_FILE = 2_000_000
HEAVY = [
    "geopandas",
    "matplotlib",
    "statsmodels",
    "pyfixest",
    "scipy.stats",
    "nbconvert",
    "nbclient",
    "IPython",
]


def direct_requirements() -> dict[str, Requirement]:
    """Everything pyproject.toml asks for: base and extras."""
    lines = list(PROJECT["dependencies"])
    for extra in PROJECT["optional-dependencies"].values():
        lines += extra
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in lines}


def locked_entries() -> list[tuple[Requirement, str]]:
    """Each entry of the lock as (requirement, the lines that belong to it)."""
    blocks = re.split(r"\n(?=\S)", LOCK.strip())
    return [(Requirement(block.splitlines()[0].rstrip(" \\")), block) for block in blocks]


def locked_versions(python: str) -> dict[str, str]:
    """Name -> version of the lock for one Python, its markers applied."""
    setting = {"python_full_version": python, "python_version": ".".join(python.split(".")[:2])}
    versions = {}
    for requirement, _ in locked_entries():
        if requirement.marker is None or requirement.marker.evaluate(setting):
            name = canonicalize_name(requirement.name)
            assert name not in versions, f"{name} is locked twice for Python {python}"
            versions[name] = next(iter(requirement.specifier)).version
    return versions


def conda_versions() -> dict[str, str]:
    """Name -> version of environment.yml, conda's names put into those of the Python package index."""
    pins = [entry for entry in CONDA["dependencies"] if isinstance(entry, str)]
    split = [pin.split("=", 1) for pin in pins if "=" in pin]
    split += [(pin.name, next(iter(pin.specifier)).version) for pin in conda_pip_pins()]
    return {canonicalize_name(CONDA_NAMES.get(name, name)): version for name, version in split}


def conda_pip_pins() -> list[Requirement]:
    """What environment.yml takes from the Python package index."""
    pip = next(entry["pip"] for entry in CONDA["dependencies"] if isinstance(entry, dict))
    return [Requirement(line) for line in pip if "==" in line]


@cache
def published_files() -> list[Path]:
    """Every file that is committed or would be with `git add`."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listing.returncode != 0:
        pytest.skip("not a git checkout: no list of the files that are published")
    paths = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


@pytest.mark.parametrize("python", ["3.11.9", "3.12.4", "3.13.0", "3.14.0"])
def test_lock_satisfies_pyproject(python: str) -> None:
    """Every direct dependency is locked once for each Python, in a version that its range allows."""
    versions = locked_versions(python)
    wrong = {
        name: versions.get(name)
        for name, requirement in direct_requirements().items()
        if name not in versions or versions[name] not in requirement.specifier
    }
    assert wrong == {}, "renew the lock: make lock"


def test_conda_environment_has_the_locked_versions() -> None:
    """environment.yml names every direct dependency, nothing else, in the version locked for its Python."""
    versions = conda_versions()
    python = versions.pop("python")
    locked = locked_versions(f"{python}.9")
    assert versions == {name: locked[name] for name in direct_requirements()}
    assert CONDA["channels"] == ["conda-forge", "nodefaults"]
    asked = direct_requirements()
    extras = {pin.name: pin.extras for pin in conda_pip_pins()}
    assert extras == {name: asked[canonicalize_name(name)].extras for name in extras}, "moderndid[didhonest]"


def test_conda_environment_installs_spillover_itself() -> None:
    """The package comes from this folder, editable, in the pip part; and pip is there to do it."""
    assert "-e ." in CONDA["dependencies"][-1]["pip"]
    assert "pip" in CONDA["dependencies"]
    assert CONDA["name"] == PROJECT["name"]


def test_lock_is_pinned_hashed_and_without_addresses() -> None:
    """Each entry is name==version with a sha256, and no line names an index, a folder or a host."""
    loose = [str(r) for r, _ in locked_entries() if [s.operator for s in r.specifier] != ["=="] or r.url]
    unhashed = [
        r.name for r, block in locked_entries() if not re.search(r"--hash=sha256:[0-9a-f]{64}", block)
    ]
    options = [line for line in LOCK.splitlines() if re.match(r"\s*-(?!-hash=)", line)]
    assert (loose, unhashed, options) == ([], [], [])
    assert not re.search(r"https?:|file:|git\+|--index|--find-links", LOCK)


def test_installed_versions_are_the_locked_ones() -> None:
    """What runs here is what is locked; under conda, which solves for the rest, the direct ones are."""
    locked = locked_versions(platform.python_version())
    if (Path(sys.prefix) / "conda-meta").is_dir():
        locked = {name: locked[name] for name in direct_requirements()}
    installed = {
        canonicalize_name(found.name): found.version
        for found in importlib.metadata.distributions()
        if found.name
    }
    assert {name: installed.get(name) for name in locked} == locked, "run: make setup"


def test_python_versions_agree() -> None:
    """pyproject.toml, environment.yml, ruff and the set-up script name the same oldest Python."""
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    script = (ROOT / "scripts/setup_env.py").read_text(encoding="utf-8")
    assert PROJECT["requires-python"] == ">=3.11"
    assert "python=3.11" in CONDA["dependencies"]
    assert tools["ruff"]["target-version"] == "py311"
    assert "OLDEST_PYTHON = (3, 11)" in script


def test_import_is_light() -> None:
    """`import spillover` loads none of the slow libraries: they wait for the function that needs them."""
    code = "import sys, spillover; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert sorted(set(HEAVY) & set(done.stdout.split())) == []


def private_pattern() -> re.Pattern[bytes]:
    """What must not be published; written in parts, so that this file is not found by its own search."""
    folders = "|".join(
        ["wor" + "k", "tm" + "p", "roo" + "t", "hom" + "e", "User" + "s", "op" + "t", "mn" + "t"]
    )
    machine = rf"(?<![\w.~)}}-])/(?:{folders})/\w|\b[A-Z]:\\+User" + r"s\\"
    hosts = "|".join(
        ["pyp" + r"i\.org", "python" + r"hosted\.org", "anacond" + r"a\.org", "npmj" + r"s\.org"]
    )
    return re.compile(f"{machine}|{hosts}".encode())


def test_no_file_names_a_machine_or_a_registry() -> None:
    """No path of somebody's machine and no package registry's host is in any published file."""
    found = {str(p.relative_to(ROOT)): private_pattern().search(p.read_bytes()) for p in published_files()}
    assert {name: match.group() for name, match in found.items() if match} == {}


@pytest.mark.parametrize("start", ['"/', "=/", " file:///", "(/"])
def test_the_search_for_machine_paths_finds_one(start: str) -> None:
    """A planted path and host are found; an address on the web that looks like a path is not."""
    planted = f"{start}{'ho' + 'me'}/someone/data.csv".encode()
    assert private_pattern().search(planted)
    assert private_pattern().search(("see py" + "pi.org").encode())
    assert not private_pattern().search(("example.org/ho" + "me/news and frame" + "wor" + "k/a").encode())


def test_no_published_file_is_large() -> None:
    """A clone stays small: nothing above 2 MB."""
    large = {
        str(p.relative_to(ROOT)): p.stat().st_size
        for p in published_files()
        if p.stat().st_size > LARGEST_FILE
    }
    assert large == {}


def test_the_papers_are_there() -> None:
    """Licences, citation, changes and the way to contribute exist, and agree on the version."""
    for name in [
        "README.md",
        "LICENSE",
        "LICENSE-DATA.md",
        "CITATION.cff",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
    ]:
        assert (ROOT / name).stat().st_size > 0, f"{name} is empty"
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"]
    assert f"[{PROJECT['version']}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
