"""What a shop may get wrong with a descriptor, and how it is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import kopeck
from described import BUILT_IN, SETTINGS
from kopeck.descriptor_check import main
from sandbox import ROOT

NINETEEN = ROOT / "tests/descriptors/nineteen.toml"
TEXT = NINETEEN.read_text()


def settings(**change: Any) -> dict[str, Any]:
    own = {key: SETTINGS["nineteen"][key] for key in ("config", "secrets")}
    return {"gateway": "declared", "descriptor": str(NINETEEN), **own, **change}


def refused(given: dict[str, Any]) -> kopeck.InvalidRequestError:
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        kopeck.Client(given)
    return caught.value


def test_a_descriptor_is_given_as_path_text_or_dict() -> None:
    for descriptor in (str(NINETEEN), TEXT):
        assert "create_payment" in kopeck.Client(settings(descriptor=descriptor)).operations
    with pytest.raises(kopeck.InvalidRequestError) as caught:
        kopeck.Client(settings(descriptor={"id": "x"}))
    assert (caught.value.field or "").startswith("descriptor.")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"secrets": {"request_key": "k"}}, "secrets.notify_key"),
        ({"secrets": {"request_key": "k", "notify_key": ""}}, "secrets.notify_key"),
        ({"secrets": {"request_key": "k", "notify_key": "k", "other": "k"}}, "secrets.other"),
        ({"config": {}}, "config.shop"),
        ({"config": {"shop": "19"}}, "config.shop"),
        ({"config": {"shop": "1919", "host": "x"}}, "config.host"),
        ({"descriptor": "no-such-gateway"}, "descriptor"),
        ({"descriptor": "no/such/file.toml"}, "descriptor"),
        ({"user_name": "u"}, "user_name"),
        ({"assumptions": {"status.0": True}}, "assumptions.status.0"),
    ],
)
def test_a_wrong_setting_is_named(change: dict[str, Any], field: str) -> None:
    assert refused(settings(**change)).field == field


def test_an_unsafe_descriptor_is_refused_with_its_line() -> None:
    unsigned = TEXT.replace('signature = [{ recipe = "notification", field = "mac" }]\n', "")
    error = refused(settings(descriptor=unsigned))
    line = unsigned.splitlines().index("[[notify]]") + 1
    assert error.field == "descriptor.notify.0"
    assert f"line {line}" in str(error)
    assert 'verify = "status-call"' in str(error)


def test_a_client_without_settings_checks_descriptors() -> None:
    report = kopeck.Client({}).descriptor_check(descriptor=TEXT)
    assert (report.ok, report.id, report.title) == (True, "nineteen", "Kassa Nineteen (invented)")
    assert report.problems == ()
    assert [vector.ok for vector in report.vectors] == [True, True]
    assert report.vectors[0].made == report.vectors[0].expected
    assert report.vectors[1].message == "t-1/A-19/taken"


def test_everything_that_is_wrong_is_said_at_once() -> None:
    wrong = TEXT.replace('redirect_hosts = ["pay.kassa19.example"]\n', "").replace(
        'exclude = ["mac"], ', ""
    )
    report = kopeck.Client({}).descriptor_check(descriptor=wrong)
    assert not report.ok
    paths = {problem.path for problem in report.problems}
    assert {"create.response", "notify.0.signature.0"} <= paths
    assert all(problem.line for problem in report.problems), report.problems


def test_a_vector_that_does_not_come_out_is_shown() -> None:
    wrong = TEXT.replace('message = "t-1/A-19/taken"\n', "").replace(
        'lit = "taken"', 'lit = "took"'
    )
    report = kopeck.Client({}).descriptor_check(descriptor=wrong)
    assert [vector.ok for vector in report.vectors] == [True, False]
    assert report.vectors[1].message == "t-1/A-19/took"
    assert not report.ok


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(path) for path in sorted(BUILT_IN.glob("*.toml"))]) == 0
    assert "vectors come out" in capsys.readouterr().out
    broken = tmp_path / "broken.toml"
    broken.write_text(TEXT.replace('mark = "ours"', 'makr = "ours"', 1))
    assert main([str(NINETEEN), str(broken)]) == 1
    said = capsys.readouterr().out
    line = broken.read_text().splitlines().index('makr = "ours"') + 1
    assert f"{broken}:{line}: error: recipe.request.makr" in said
    assert main([]) == 2


def test_the_readme_names_the_built_in_descriptors() -> None:
    readme = (ROOT / "README.md").read_text()
    for path in BUILT_IN.glob("*.toml"):
        assert f"`{path.stem}`" in readme, path.stem


def test_sample_settings_hold_no_real_secret() -> None:
    text = json.dumps(SETTINGS)
    for sample in SETTINGS.values():
        for name, value in sample["secrets"].items():
            assert value == f"{name.replace('_', '-')}-of-the-tests"
    assert "BEGIN" not in text
