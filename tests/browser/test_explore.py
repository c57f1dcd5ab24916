"""The explorer and the labelling desk in JupyterLab, driven by mouse and keyboard in a real browser."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Locator, Page

import synthetic
from idlab.config import ScoringConfig
from idlab.data.dataset import read_dataset
from idlab.sweep.grid import PROBABILITIES
from tests.browser.lab import PATIENCE, PROJECT, jupyter_lab, put_cells, put_notebook, run_all

pytestmark = pytest.mark.slow
INTERACTIONS = 100_000
MOVES = 20

# The time from a hand's move, as the browser hears it, until the new numbers stand in the page.
WATCH = """
() => {
  const moves = window.idlabMoves = { moved: 0, took: [] };
  document.addEventListener("mousemove", () => { moves.moved = performance.now(); }, true);
  document.addEventListener("pointermove", () => { moves.moved = performance.now(); }, true);
  new MutationObserver(() => { moves.took.push(performance.now() - moves.moved); })
    .observe(document.querySelector(".idlab-numbers"), { childList: true, subtree: true });
}
"""
ANSWERED = "count => window.idlabMoves.took.length > count"
NUMBERS = "() => document.querySelector('.idlab-numbers .tiles').innerText"
OTHERWISE = """
numbers => [...document.querySelectorAll(".idlab-numbers .tile b")].some((tile, k) => tile.innerText !== numbers[k])
"""
DIAMOND = "() => document.querySelector('.idlab-figure svg path.now').getAttribute('d')"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """JupyterLab, and the folder that it runs on."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "notebooks").mkdir()
    with jupyter_lab(folder) as address:
        yield address, folder


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1440, "height": 1010})
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


class Handle(NamedTuple):
    """A slider's handle, held by the mouse at a place on the screen."""

    page: Page
    x: float
    y: float

    def drag(self, by: float) -> None:
        self.page.mouse.move(self.x + by, self.y)


def _held(page: Page, knob: str) -> Handle:
    handle = page.locator(".idlab-knob", has_text=knob).first.locator(".noUi-handle")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box is not None
    place = Handle(page, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    place.drag(0)
    page.mouse.down()
    return place


def _screenshot(target: Locator | Page, name: str, tmp_path: Path) -> None:
    """To the folder that IDLAB_SCREENSHOTS names, for the README; else where it is not kept."""
    target.screenshot(path=Path(os.environ.get("IDLAB_SCREENSHOTS", tmp_path)) / name)


def test_the_explorer_answers_while_a_slider_is_dragged(
    lab: tuple[str, Path], page: Page, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    address, folder = lab
    put_notebook(folder, "03_explore.ipynb", {"interactions": INTERACTIONS})
    run_all(page, address, "03_explore.ipynb")
    page.locator(".idlab-pair svg").first.wait_for()  # the last cell's output
    assert page.locator(".jp-OutputArea-output[data-mime-type*=error]").count() == 0
    before, stood = page.evaluate(NUMBERS), page.evaluate(DIAMOND)
    page.evaluate(WATCH)
    handle = _held(page, "merge at")
    for number in range(MOVES):
        known = page.evaluate("() => window.idlabMoves.took.length")
        handle.drag(-2 - 2 * number)
        page.wait_for_function(ANSWERED, arg=known)
    last = page.evaluate("() => window.idlabMoves.moved")
    assert page.evaluate(NUMBERS) != before and page.evaluate(DIAMOND) != stood
    _wait_for_the_curve(page)
    curve = page.evaluate("() => performance.now()") - last
    known = page.evaluate("() => window.idlabMoves.took.length")
    handle.drag(14)
    page.wait_for_function(ANSWERED, arg=known)
    page.mouse.up()
    _wait_for_the_curve(page)
    page.get_by_text("decisions came out otherwise").wait_for()
    took = page.evaluate("() => window.idlabMoves.took")[:MOVES]
    with capsys.disabled():
        sys.stdout.write(
            f"\nexplorer, {INTERACTIONS:,} interactions: from move to numbers median {median(took):.0f} ms,"
            f" worst of {MOVES} {max(took):.0f} ms; curve {curve / 1000:.1f} s after the last move\n"
        )
    _check_saving(page, folder)
    _check_pinning(page)
    page.locator(".idlab-numbers").evaluate("numbers => numbers.scrollIntoView()")
    _screenshot(page, "explorer.png", tmp_path)


def _merge_at(page: Page) -> str:
    """The threshold that the slider shows."""
    return page.locator(".idlab-knob", has_text="merge at").first.locator(".widget-readout").inner_text()


def _wait_for_the_curve(page: Page) -> None:
    """Wait until every position of the last move's curve has been replayed."""
    page.locator(".idlab-status", has_text="; curve of").wait_for()
    points = int(page.locator(".idlab-figure svg").first.get_attribute("data-points") or 0)
    assert points >= len(PROBABILITIES)


def _check_saving(page: Page, folder: Path) -> None:
    """What is saved is a config, with the threshold that the slider shows."""
    page.locator(".jp-OutputArea-output input[type=text]").first.fill("mine.json")
    page.get_by_role("button", name="Save as config").click()
    page.get_by_text("mine.json: written").wait_for()
    saved = ScoringConfig.load(folder / "notebooks" / "mine.json")
    assert f"{saved.decide.merge_at:.3f}" == _merge_at(page)
    assert saved.decide.merge_at > ScoringConfig.load(PROJECT / "configs" / "default.json").decide.merge_at


def _check_pinning(page: Page) -> None:
    """The button beside a pin brings back the knobs and the numbers that were pinned."""
    pinned, numbers = _merge_at(page), page.locator(".idlab-numbers .tile b").all_inner_texts()
    page.get_by_role("button", name="Pin", exact=True).click()
    page.locator(".idlab-pins", has_text="pin 1").wait_for()
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function(OTHERWISE, arg=numbers)
    assert _merge_at(page) != pinned
    page.get_by_role("button", name="Go there").click()
    page.wait_for_function(f"numbers => !({OTHERWISE})(numbers)", arg=numbers)
    assert _merge_at(page) == pinned
    _wait_for_the_curve(page)


def test_ten_pairs_are_labelled_by_keyboard(lab: tuple[str, Path], page: Page, tmp_path: Path) -> None:
    address, folder = lab
    synthetic.generate("household_telecom", 3000, seed=4).write(folder / "world")
    put_cells(
        folder,
        "label.ipynb",
        "from idlab import ScoringConfig\n"
        "from idlab.data.dataset import read_dataset\n"
        "from idlab.explore import labelling_desk\n"
        "config = ScoringConfig.load('../configs/default.json')\n"
        "labelling_desk(read_dataset('../world'), config, 'judged.csv', pairs=30)",
    )
    run_all(page, address, "label.ipynb")
    desk = page.locator(".idlab-desk")
    desk.wait_for()
    desk.click(position={"x": 5, "y": 5})
    world = read_dataset(folder / "world", truth=True)
    person = dict(zip(world.ids.to_pylist(), world.person.tolist(), strict=True))
    for number in range(10):
        left, right = desk.locator("table").first.locator("thead th").all_inner_texts()[1:3]
        serial = desk.get_attribute("data-serial")
        page.keyboard.press("s" if person[left] == person[right] else "d")
        page.wait_for_function(
            "was => document.querySelector('.idlab-desk').dataset.serial !== was", arg=serial
        )
        assert f"{number + 1} of 30 answered" in desk.inner_text()
    _screenshot(desk, "labelling.png", tmp_path)
    sheet = (folder / "notebooks" / "judged.csv").read_text(encoding="utf-8").splitlines()
    assert sum(",yes," in line or ",no," in line for line in sheet) == 10
    page.keyboard.press("z")
    page.get_by_text("9 of 30 answered").wait_for()
    for count in (10, 11):
        page.keyboard.press("d")
        page.get_by_text(f"{count} of 30 answered").wait_for()
    assert page.locator(".jp-CodeCell").count() == 1  # JupyterLab's own "d d" would have deleted it
    assert "united pairs that are right" in desk.inner_text()
