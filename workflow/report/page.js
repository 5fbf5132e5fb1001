"use strict";

// A number's text in the CSV file, else what is shown.
const keyOf = (cell) =>
  (cell.dataset.value ?? cell.querySelector("[data-value]")?.dataset.value ?? cell.textContent).trim();

// Numbers by size, words by the alphabet; empty cells come last in both directions.
function compare(a, b, direction) {
  if (a === "" || b === "") return (a === "") - (b === "");
  const [x, y] = [Number(a), Number(b)];
  const order = Number.isNaN(x) || Number.isNaN(y)
    ? a.localeCompare(b, "en", { numeric: true })
    : x - y;
  return direction * order;
}

function sort(button) {
  const heading = button.closest("th");
  const table = button.closest("table");
  const ascending = heading.getAttribute("aria-sort") !== "ascending";
  const body = table.tBodies[0];
  const keyed = [...body.rows].map((row) => [keyOf(row.cells[heading.cellIndex]), row]);
  keyed.sort(([a], [b]) => compare(a, b, ascending ? 1 : -1));
  table.classList.add("sorted");
  for (const other of table.tHead.querySelectorAll("[aria-sort]")) {
    other.setAttribute("aria-sort", "none");
  }
  heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
  body.append(...keyed.map(([, row]) => row));
}

// Says of a number in which cell of which file it stands, with all its digits.
function tell(cell) {
  const box = document.getElementById("origin");
  const table = cell.closest("[data-source]");
  const row = cell.closest("[data-row]").dataset.row;
  const file = document.createElement("a");
  file.href = table.dataset.source;
  file.textContent = new URL(file.href).pathname.split("/").slice(-4).join("/").replace(/^.*results\//, "");
  const words = `, row ${row}, column ${cell.dataset.column}: ${cell.dataset.value || "empty"} `;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Close";
  close.addEventListener("click", () => { box.hidden = true; });
  box.replaceChildren(file, words, close);
  box.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("th button");
  const cell = event.target.closest("[data-value]");
  if (button) sort(button);
  else if (cell) tell(cell);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.getElementById("origin").hidden = true;
});

// Paper shows what is unfolded; the button unfolds all of it, and folds it again.
let folded = [];
document.getElementById("unfold").addEventListener("click", (event) => {
  const open = folded.length === 0;
  if (open) folded = [...document.querySelectorAll("main details:not([open], .why)")];
  for (const part of folded) part.open = open;
  if (!open) folded = [];
  event.target.setAttribute("aria-pressed", open);
});

// The contents take too much of a phone.
if (window.matchMedia("(max-width: 40rem)").matches) {
  document.querySelector("nav.contents details").open = false;
}
