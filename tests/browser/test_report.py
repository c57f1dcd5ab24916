"""A report in a real browser: it opens from disk, asks nobody for anything, and everybody can read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

import synthetic
from tests.cli.running import run_idlab

pytestmark = pytest.mark.slow
CONFIGS = Path(__file__).resolve().parents[2] / "configs"
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A report with everything in it, and two worlds side by side."""
    folder = tmp_path_factory.mktemp("pages")
    for name in ("retail", "b2b_frontdesk"):
        synthetic.generate(name, 3000, seed=3).write(folder / name)
    report, worlds = folder / "report.html", folder / "worlds.html"
    both = ("--config", CONFIGS / "default.json", "--against", CONFIGS / "baseline.json")
    for asked in (
        ("report", folder / "retail", *both, "--out", report),
        ("profile", folder / "retail", folder / "b2b_frontdesk", "--report", worlds),
    ):
        done = run_idlab(*asked)
        assert done.code == 0, done.err
    return {"report": report, "worlds": worlds}


@pytest.fixture(params=["report", "worlds"])
def opened(
    request: pytest.FixtureRequest, pages: dict[str, Path], browser: Browser
) -> tuple[Page, list[str]]:
    """A page, and what went wrong or was asked for while it loaded."""
    page, heard = browser.new_page(), list[str]()
    page.on("console", lambda told: heard.append(f"console {told.type}: {told.text}"))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    own = pages[request.param].as_uri()
    page.on("request", lambda asked: heard.append(f"request: {asked.url}") if asked.url != own else None)
    page.goto(own)
    return page, heard


def test_it_opens_without_an_error_or_a_request(opened: tuple[Page, list[str]]) -> None:
    page, heard = opened
    page.wait_for_load_state("networkidle")
    assert heard == []


def test_every_figure_has_words_for_those_who_do_not_see_it(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    figures = page.locator("svg[role=img]")
    assert figures.count() >= 8
    for figure in figures.all():
        named = figure.get_attribute("aria-labelledby")
        assert len(page.locator(f"#{named}").text_content() or "") > 20
    assert page.locator("img:not([alt]), svg:not([role])").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(opened: tuple[Page, list[str]], scheme: str) -> None:
    page, _ = opened
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found = Axe().run(page).response["violations"]
    faults = [
        f"{one['id']}: {one['help']} ({len(one['nodes'])})" for one in found if one["impact"] in SERIOUS
    ]
    assert faults == []


def test_it_fits_a_telephone(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    page.set_viewport_size({"width": 390, "height": 844})
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_everything_can_be_reached_by_keyboard(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert "#" in page.url
