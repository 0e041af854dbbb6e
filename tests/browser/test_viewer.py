"""What a reader sees of an original: its pages, and the quoted words marked where they stand."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import environment, free_port, serving_pages
from tests.originals import TEXT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FILL = "import json; from tests import originals; print(json.dumps(originals.one_of_each()))"
TEXT_RECTANGLE = """
([number, words]) => {
  const text = document.querySelector(`.sheet[data-number="${number}"] .text-of-page`);
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  const letters = [];
  while (walker.nextNode()) [...walker.currentNode.data].forEach((_, at) => letters.push([walker.currentNode, at]));
  const start = letters.map(([node, at]) => node.data[at]).join("").indexOf(words);
  if (start < 0) return null;
  const [first, last] = [letters[start], letters[start + words.length - 1]];
  const range = document.createRange();
  range.setStart(...first);
  range.setEnd(last[0], last[1] + 1);
  const { left, top, right, bottom } = range.getBoundingClientRect();
  return [left, top, right, bottom];
}
"""
"""Where pdf.js itself puts words of a page, in the window."""
INK = """
(place) => {
  const canvas = place.closest(".sheet").querySelector("canvas");
  const [outer, inner] = [canvas.getBoundingClientRect(), place.getBoundingClientRect()];
  const scale = canvas.width / outer.width;
  const at = [inner.left - outer.left, inner.top - outer.top, inner.width, inner.height].map((edge) => edge * scale);
  const data = canvas.getContext("2d").getImageData(...at).data;
  let dark = 0;
  for (let pixel = 0; pixel < data.length; pixel += 4) if (data[pixel] < 128) dark += 1;
  return dark / (data.length / 4);
}
"""
"""Share of dark pixels of the picture under a box."""


@pytest.fixture(scope="module")
def folder(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("viewer")
    manage(data, "migrate", "-v", "0")
    return data


@pytest.fixture(scope="module")
def sections(folder: Path) -> dict[str, int]:
    return dict(json.loads(manage(folder, "shell", "-v", "0", "-c", FILL)))


@pytest.fixture(scope="module")
def address(folder: Path, sections: dict[str, int]) -> Iterator[str]:
    """A web server alone: showing originals needs no worker."""
    with serving_pages(environment(folder), free_port(), folder / "server.log") as address:
        yield address


@pytest.fixture(params=[("light", 1280), ("dark", 390)], ids=["light-wide", "dark-narrow"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that may complain of nothing, the content security policy included."""
    scheme, width = request.param
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def manage(folder: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR, env=environment(folder), check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


def open_original(page: Page, address: str, section: int, words: str = "", text: str = TEXT) -> None:
    start = text.index(words)
    query = f"?start={start}&end={start + len(words)}" if words else ""
    page.goto(f"{address}/sections/{section}/original{query}")
    expect(page.locator("#viewer[data-state=ready]")).to_be_visible(timeout=30_000)


def rectangle(place: Locator) -> list[float]:
    box = place.bounding_box()
    assert box
    return [box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]]


def assert_covers(page: Page, place: Locator, number: int, words: str) -> None:
    """The box lies on the words as pdf.js places them: same edges along the line, same line."""
    expect(page.locator(f'.sheet[data-number="{number}"] .text-of-page')).to_contain_text(words)
    left, top, right, bottom = page.evaluate(TEXT_RECTANGLE, [number, words])
    x0, y0, x1, y1 = rectangle(place)
    assert (x0, x1) == pytest.approx((left, right), abs=2.5)
    assert y0 < (top + bottom) / 2 < y1
    assert y1 - y0 < 2 * (bottom - top)


def test_the_quoted_words_are_marked_where_they_stand(
    page: Page, address: str, sections: dict[str, int]
) -> None:
    open_original(page, address, sections["act"], "register every hive with the county within 30 days")
    places = page.locator(".place")
    expect(places).to_have_count(2)
    expect(places.first).to_be_in_viewport()
    assert_covers(page, places.nth(0), 1, "register every hive with")
    assert_covers(page, places.nth(1), 1, "the county within 30 days")
    assert 0.02 < places.first.evaluate(INK) < 0.5
    expect(page.locator("#message")).to_be_hidden()
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0


def test_marks_stay_on_their_words_at_every_zoom(page: Page, address: str, sections: dict[str, int]) -> None:
    open_original(page, address, sections["act"], "before the end of February.")
    places = page.locator(".place")
    expect(places).to_have_count(2)
    fitted = page.locator("#zoom").text_content()
    for _ in range(3):
        page.get_by_role("button", name="Zoom in").click()
    expect(page.locator("#zoom")).not_to_have_text(fitted or "")
    expect(page.locator("#fit")).to_have_attribute("aria-pressed", "false")
    assert_covers(page, places.nth(0), 1, "before")
    page.locator("#sheets").press("0")
    expect(page.locator("#zoom")).to_have_text(fitted or "")
    page.locator("#sheets").press("h")
    assert_covers(page, places.nth(0), 1, "before")


def test_words_on_the_second_page_open_there(page: Page, address: str, sections: dict[str, int]) -> None:
    open_original(page, address, sections["act"], "A keeper of wasps shall register")
    expect(page.get_by_label("Page", exact=True)).to_have_value("2")
    expect(page.locator(".place")).to_be_in_viewport()
    assert_covers(page, page.locator(".place"), 2, "A keeper of wasps shall register")


def test_a_turned_page_is_marked_as_it_is_shown(page: Page, address: str, sections: dict[str, int]) -> None:
    line = "A keeper of bees shall register every hive."
    open_original(page, address, sections["turned"], "register every hive", text=line)
    expect(page.locator(".text-of-page")).to_contain_text(line)
    left, top, right, bottom = page.evaluate(TEXT_RECTANGLE, [1, "register every hive."])
    x0, y0, x1, y1 = rectangle(page.locator(".place"))
    assert (y0, y1) == pytest.approx((top, bottom), abs=2.5)
    assert x0 < (left + right) / 2 < x1
    assert page.locator(".place").evaluate(INK) > 0.02


def test_pages_are_turned_by_buttons_keys_and_number(
    page: Page, address: str, sections: dict[str, int]
) -> None:
    open_original(page, address, sections["long"])
    number = page.get_by_label("Page", exact=True)
    expect(number).to_have_value("1")
    expect(page.get_by_role("button", name="Previous page")).to_be_disabled()
    page.get_by_role("button", name="Next page").click()
    expect(number).to_have_value("2")
    page.locator("#sheets").press("ArrowRight")
    expect(number).to_have_value("3")
    page.locator("#sheets").press("ArrowLeft")
    expect(number).to_have_value("2")
    number.fill("45")
    number.press("Enter")
    expect(page.locator('.sheet[data-number="45"] .text-of-page')).to_contain_text("Hive 45")
    number.fill("999")
    number.press("Enter")
    expect(number).to_have_value("60")
    expect(page.get_by_role("button", name="Next page")).to_be_disabled()


def test_only_pages_near_the_window_are_drawn(page: Page, address: str, sections: dict[str, int]) -> None:
    open_original(page, address, sections["long"], "Hive 30", text=long_text())
    expect(page.locator('.sheet[data-number="30"] canvas')).to_be_visible()
    number = page.get_by_label("Page", exact=True)
    number.fill("1")
    number.press("Enter")
    expect(page.locator('.sheet[data-number="30"] canvas')).to_have_count(0)
    assert page.locator(".sheet canvas").count() < 12


def long_text() -> str:
    return "\n".join(f"{number}. Hive {number} stands in field {number}." for number in range(1, 61))


def test_a_damaged_original_is_explained_in_a_sentence(
    page: Page, address: str, sections: dict[str, int]
) -> None:
    page.goto(f"{address}/sections/{sections['damaged']}/original")
    expect(page.get_by_text("The original is damaged and cannot be shown here.")).to_be_visible()


def test_the_section_leads_to_the_page_and_back_and_the_file_is_kept(
    page: Page, address: str, sections: dict[str, int]
) -> None:
    start = TEXT.index("30 days")
    page.goto(f"{address}/sections/{sections['act']}/?start={start}&end={start + 7}")
    page.get_by_role("link", name="See these words on the page").click()
    expect(page.locator(".place")).to_be_in_viewport()
    with page.expect_download() as kept:
        page.get_by_role("link", name="Download").click()
    assert kept.value.suggested_filename == "bees-act-2020-01-01.pdf"
    page.get_by_role("link", name="Back to the section").click()
    page.wait_for_url(re.compile(r"/sections/\d+/\?start=\d+&end=\d+#quote$"))
    expect(page.locator("mark#quote")).to_have_text("30 days")


def test_an_original_without_pages_is_offered_for_download(
    page: Page, address: str, sections: dict[str, int]
) -> None:
    page.goto(f"{address}/sections/{sections['plain']}/original")
    expect(page.get_by_role("heading", name="This original has no pages to show")).to_be_visible()
    expect(page.get_by_role("link", name="Download")).to_be_visible()
