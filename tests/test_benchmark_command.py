"""`python -m tests.benchmarks NAME` finds a benchmark by its name and answers in JSON."""

import json
from pathlib import Path

import pytest

import tests.benchmarks
from tests.benchmarks.__main__ import main


@pytest.fixture(autouse=True)
def _one_benchmark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "example_of_a_benchmark.py").write_text("def run():\n    return {'visits_per_second': 12}\n")
    (tmp_path / "_shared.py").touch()
    monkeypatch.setattr(tests.benchmarks, "__path__", [str(tmp_path)])


def test_a_benchmark_is_found_by_name_and_its_figures_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    main(["example_of_a_benchmark"])
    answer = json.loads(capsys.readouterr().out)
    assert answer["benchmark"] == "example_of_a_benchmark"
    assert answer["figures"] == {"visits_per_second": 12}
    assert answer["machine"]["processors"] >= 1


@pytest.mark.parametrize("name", ["unknown", "_shared"])
def test_what_is_no_benchmark_is_wrong_use_that_names_the_benchmarks(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([name])
    assert "example_of_a_benchmark" in capsys.readouterr().err
