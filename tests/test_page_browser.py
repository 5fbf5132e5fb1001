"""The report page as Chromium shows it, made of small tables."""

import pytest
from browsing import (
    OUTSIDE,
    SECTIONS,
    WIDTHS,
    check_cells,
    check_links,
    check_paper,
    check_sorting,
    keep_screenshot,
    open_page,
    same_number,
    unfold,
)
from made_results import HOSTILE, make_page


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return make_page(tmp_path)


@pytest.fixture
def page(chromium, file):
    page = open_page(chromium, file)
    yield page
    page.close()


def test_nothing_leaves_the_page_and_nothing_fails(page):
    unfold(page)
    page.wait_for_load_state("networkidle")
    assert page.heard == []
    broken = "all => all.filter(i => !i.complete || !i.naturalWidth).length"
    page.evaluate("document.querySelectorAll('img').forEach(i => i.loading = 'eager')")
    assert page.eval_on_selector_all("img", "all => all.length") == 3
    assert page.eval_on_selector_all("img", broken) == 0


def test_a_request_would_be_heard(page):
    page.evaluate("fetch('other.json').catch(() => 0)")
    page.evaluate("new Image().src = 'https://example.org/x.png'")
    page.wait_for_timeout(200)
    assert any("other.json" in heard for heard in page.heard)
    assert any("example.org" in heard for heard in page.heard)


def test_all_sections_are_there_and_in_the_contents(page):
    found = page.eval_on_selector_all("main > section", "all => all.map(s => s.id)")
    assert sorted(found) == sorted([*SECTIONS, "zeng2024"])
    listed = "all => all.map(a => a.getAttribute('href').slice(1))"
    assert page.eval_on_selector_all("nav a", listed) == found


def test_links_resolve(page):
    check_links(page)


def test_every_cell_is_that_of_its_file(page):
    rows = check_cells(page)
    assert rows["../zeng2024/comparison.csv"] == set(range(2, 9))
    assert rows["../zeng2024/audit.csv"] == {2, 3}
    assert set(rows) > {"verdicts.csv", "cohorts.csv", "costs.csv"}


@pytest.mark.parametrize(
    ("text", "value", "same"),
    [
        ("0.6451", "0.64512", True),
        ("0.6451", "0.6453", False),
        ("−0.35", "-0.345", True),
        ("–", "", True),
        ("0", "", False),
        ("1,500", "1500", True),
        ("1", "0.6", False),
        ("1", "0.9999", True),
        ("1.23e−05", "0.00001234", True),
    ],
)
def test_shown_numbers_are_rounded_ones(text, value, same):
    assert same_number(text, value) is same


def test_a_wrong_digit_is_found(page):
    page.evaluate("document.querySelector('[data-value=\"0.8\"]').textContent = '0.81'")
    with pytest.raises(AssertionError, match=r"comparison\.csv, row 2, published"):
        check_cells(page)


def test_tables_sort_both_ways(page):
    check_sorting(page)


def test_sorting_is_by_number_and_works_with_keys(page):
    table = page.locator("#zeng2024 table.comparison").first
    button = table.get_by_role("button", name="Difference")
    button.focus()
    page.keyboard.press("Enter")
    shown = table.locator("td[data-label=Difference]")
    assert shown.all_inner_texts() == ["−0.2000", "−0.0500", "+0.4766"]
    page.keyboard.press("Enter")
    assert shown.all_inner_texts() == ["+0.4766", "−0.0500", "−0.2000"]


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows(chromium, file, tmp_path, width):
    page = open_page(chromium, file, width)
    picture = keep_screenshot(page, f"made_{width}", tmp_path / "screenshots")
    unfold(page)
    assert page.evaluate(OUTSIDE) == []
    assert picture.stat().st_size > 10_000
    check_paper(page)
    page.evaluate("document.querySelector('#audit td').style.whiteSpace = 'pre'")
    page.evaluate("document.querySelector('#audit td').textContent = 'x'.repeat(400)")
    assert page.evaluate(OUTSIDE) != []
    page.close()


def test_names_show_as_text(page):
    unfold(page)
    assert page.evaluate("document.scripts.length") == 1
    shown = page.locator("body").inner_text()
    # Of a comparison's row, a setting, a checklist's topic and a subject left out.
    assert shown.count(HOSTILE) >= 4


def test_a_click_on_a_number_tells_its_cell(page):
    page.locator("#zeng2024 [data-value='0.12341']").click()
    told = page.locator("#origin").inner_text()
    assert "zeng2024/comparison.csv, row 4, column published: 0.12341" in told
    page.keyboard.press("Escape")
    assert page.locator("#origin").is_hidden()


def test_a_button_unfolds_everything_and_folds_it_again(page):
    folded = "document.querySelectorAll('main details:not([open], .why)').length"
    before = page.evaluate(folded)
    button = page.get_by_role("button", name="Unfold everything")
    button.click()
    assert before > 0
    assert page.evaluate(folded) == 0
    button.click()
    assert page.evaluate(folded) == before
