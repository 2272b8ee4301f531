"""Every test begins in Indonesian, whatever the environment or an earlier test said."""

from collections.abc import Iterator

import pytest

from spillover.display import language


@pytest.fixture(autouse=True)
def _begin_in_indonesian(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(language.VARIABLE, raising=False)
    monkeypatch.setattr(language, "_chosen", None)
    yield
