"""Open a report page in Chromium and look at it as a reader would."""

import csv
import os
import re
import shutil
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

SECTIONS = ["run", "figures", "deviations", "audit", "probes", "cohorts", "failures"]
SECTIONS += ["survival", "costs", "settings", "checklists", "licences", "reading"]
WIDTHS = {390: 844, 1440: 900}

# Each cell that is shown: file, row and column, the text there, the text shown.
CELLS = """() => [...document.querySelectorAll('[data-column]')].map(cell => [
  cell.closest('[data-source]').dataset.source,
  Number(cell.closest('[data-row]').dataset.row),
  cell.dataset.column, cell.dataset.value ?? null, cell.textContent])"""

# Cells of a table that do not say where they stand.
UNNAMED = """() => [...document.querySelectorAll('table tbody :is(td, th)')]
  .filter(cell => !cell.matches('[data-column], .strip, .outcome th')
    && !cell.querySelector('[data-column]')
    && !/^–?$/.test(cell.textContent.trim()))
  .map(cell => cell.outerHTML.slice(0, 200))"""

# What stands out of the window, or out of its own box.
OUTSIDE = """() => {
  const width = document.documentElement.clientWidth;
  const found = [document.documentElement.scrollWidth > width && 'the page']
  for (const part of document.body.querySelectorAll('*')) {
    const box = part.getBoundingClientRect();
    if (!box.width || part.closest('svg')) continue;
    const inline = getComputedStyle(part).display === 'inline';
    const cut = !inline && (part.scrollWidth > part.clientWidth + 1
      || (getComputedStyle(part).overflowY === 'hidden'
        && part.scrollHeight > part.clientHeight + 1));
    if (box.right > width + 1 || box.left < -1 || cut) {
      found.push(part.outerHTML.slice(0, 120));
    }
  }
  return found.filter(Boolean);
}"""

# Of an A4 page at 96 pixels an inch, within its margins.
PAPER = {"width": 718, "height": 1047}

COLUMN = """(table, index) => [...table.tBodies[0].rows].map(row => {
  const cell = row.cells[index];
  return cell.dataset.value ?? cell.querySelector('[data-value]')?.dataset.value
    ?? cell.textContent;
})"""


@pytest.fixture(scope="session")
def chromium() -> Browser:
    """Start Debian's Chromium without a window, or skip."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("Chromium is not installed; `apt-get install chromium` brings it")
    with sync_playwright() as driver:
        # Without its sandbox, which a test that runs as root cannot have.
        options = ["--no-sandbox", "--disable-gpu"]
        browser = driver.chromium.launch(executable_path=program, args=options)
        yield browser
        browser.close()


def open_page(chromium: Browser, file: Path, width: int = 1440) -> Page:
    """Open a page; ``page.heard`` gathers errors and requests that leave it."""
    page = chromium.new_page(viewport={"width": width, "height": WIDTHS[width]})
    page.heard = []
    page.on("console", lambda message: page.heard.append(message.text))
    page.on("pageerror", lambda error: page.heard.append(str(error)))
    page.on("dialog", lambda dialog: page.heard.append("a dialog opened"))
    page.on("request", lambda request: hear_request(page, request.url))
    page.goto(file.as_uri())
    return page


def hear_request(page: Page, url: str) -> None:
    """Note a request for anything but the page itself and what it holds."""
    asked = urlsplit(url)
    own = page.url == "about:blank" or asked.path == urlsplit(page.url).path
    if asked.scheme != "data" and not own:
        page.heard.append(url)


def unfold(page: Page) -> None:
    """Open everything that is folded."""
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


def same_number(text: str, value: str) -> bool:
    """Compare a shown number with its cell: the same but for rounding."""
    if not value:
        return text == "–"
    shown = Decimal(text.replace("−", "-").replace(",", ""))
    wrong = abs(shown - Decimal(value))
    half = Decimal("0.5001").scaleb(shown.as_tuple().exponent)
    whole = re.fullmatch(r"[−\d,]+", text) is not None
    # A whole number may stand for another one only if that is nearly the same.
    near = not whole or wrong <= abs(Decimal(value)) * Decimal("0.005")
    return wrong <= half and near


def check_cells(page: Page) -> dict[str, set[int]]:
    """Compare every shown cell with its CSV file; give the rows shown of each file."""
    folder = Path(unquote(urlsplit(page.url).path)).parent
    files, rows = {}, {}
    for source, row, column, value, text in page.evaluate(CELLS):
        if source not in files:
            with (folder / source).open(newline="", encoding="utf-8") as file:
                files[source] = list(csv.DictReader(file))
        expected = files[source][row - 2][column]
        text, at = " ".join(text.split()), f"{source}, row {row}, {column}"
        if value is None:
            assert text == " ".join(expected.split()), at
        else:
            assert value == expected, at
            assert same_number(text, expected), f"{at}: {text} for {expected}"
        rows.setdefault(source, set()).add(row)
    assert page.evaluate(UNNAMED) == []
    return rows


def check_links(page: Page) -> None:
    """Follow each link within the page and the folder."""
    folder = Path(unquote(urlsplit(page.url).path)).parent
    links = page.eval_on_selector_all(
        "a", "all => all.map(a => a.getAttribute('href'))"
    )
    assert links
    for link in links:
        parts = urlsplit(link)
        if parts.scheme:
            assert parts.scheme == "https"
        elif parts.path:
            assert (folder / unquote(parts.path)).exists(), link
        else:
            found = page.evaluate("id => !!document.getElementById(id)", parts.fragment)
            assert found, link


def check_sorting(page: Page) -> None:
    """Sort every column of every table both ways."""
    tables = page.query_selector_all("table:has(th button)")
    assert tables
    for table in tables:
        rows = len(table.query_selector_all("tbody tr"))
        for button in table.query_selector_all("th button"):
            heading = button.evaluate_handle("button => button.parentElement")
            index = heading.evaluate("heading => heading.cellIndex")
            for direction in ("ascending", "descending"):
                button.evaluate("button => button.click()")
                assert heading.get_attribute("aria-sort") == direction
                values = [v.strip() for v in table.evaluate(COLUMN, index)]
                assert len(values) == rows
                check_order(values, descending=direction == "descending")


def check_order(values: list[str], *, descending: bool) -> None:
    """Compare the order of a column with that of its numbers; the empty are last."""
    given = [value for value in values if value]
    assert values == given + [""] * (len(values) - len(given))
    try:
        numbers = [float(value) for value in given]
    except ValueError:
        return
    assert numbers == sorted(numbers, reverse=descending)


def check_paper(page: Page) -> None:
    """Look whether everything fits on paper."""
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    assert page.evaluate(OUTSIDE) == []


def keep_screenshot(page: Page, name: str, folder: Path) -> Path:
    """Keep a picture of the page's first screens as output of the tests."""
    folder = Path(os.environ.get("REGRADE_SCREENSHOTS", folder))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    page.screenshot(path=path)
    return path


def check_page(chromium: Browser, file: Path, studies: list[str], folder: Path) -> None:
    """Look at everything of a page: what is there, what it says, how it fits."""
    for width in WIDTHS:
        page = open_page(chromium, file, width)
        keep_screenshot(page, f"{folder.name}_{width}", folder)
        unfold(page)
        assert page.evaluate(OUTSIDE) == []
        assert page.heard == []
        if width == max(WIDTHS):
            check_paper(page)
        page.close()
    page = open_page(chromium, file)
    found = page.eval_on_selector_all("main > section", "all => all.map(s => s.id)")
    assert sorted(found) == sorted([*SECTIONS, *studies])
    check_links(page)
    rows = check_cells(page)
    for study in studies:
        for table in ("comparison", "audit"):
            path = f"../{study}/{table}.csv"
            with (file.parent / path).open(newline="", encoding="utf-8") as table:
                assert rows[path] == set(range(2, len(list(csv.reader(table))) + 1))
    check_sorting(page)
    assert page.heard == []
    page.close()
