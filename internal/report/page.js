(() => {
  "use strict";
  const table = document.querySelector(".people table");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const search = document.getElementById("search");
  const status = document.querySelector(".controls [role=status]");
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const columns = [];
  let texts;
  let flag = "";
  let label = "";

  // Letters that Unicode does not take apart, as people type them.
  const plain = { ø: "o", ł: "l", ı: "i", ß: "ss", đ: "d", ð: "d", þ: "th", æ: "ae", œ: "oe" };
  const fold = (text) =>
    text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[øłıßđðþæœ]/g, (letter) => plain[letter]);

  function show() {
    const words = fold(search.value).split(/\s+/).filter(Boolean);
    if (words.length && !texts) {
      texts = rows.map((row) => fold([...row.cells].map((cell) => cell.textContent).join(" ")));
    }
    let count = 0;
    rows.forEach((row, i) => {
      const shown = (!flag || row.classList.contains(flag)) && words.every((word) => texts[i].includes(word));
      row.classList.toggle("gone", !shown);
      count += shown ? 1 : 0;
    });
    const all = rows.length.toLocaleString("en");
    status.textContent = (count === rows.length ? `${all} shown` : `${count.toLocaleString("en")} of ${all} shown`) + (label ? ` · ${label}` : "");
  }

  function sort(column) {
    const head = heads[column];
    const down = head.getAttribute("aria-sort") === "ascending";
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    columns[column] ??= rows.map((row) => row.cells[column].textContent.trim());
    const keys = columns[column];
    const order = rows.map((_, i) => i).sort((a, b) => {
      // Who has no value comes last in both directions.
      if (!keys[a] || !keys[b]) {
        return (keys[a] ? 0 : 1) - (keys[b] ? 0 : 1) || a - b;
      }
      const order = column < 3 ? collator.compare(keys[a], keys[b]) : (keys[a] > keys[b]) - (keys[a] < keys[b]);
      return order * (down ? -1 : 1) || a - b;
    });
    const sorted = document.createDocumentFragment();
    order.forEach((i) => sorted.append(rows[i]));
    body.append(sorted);
  }

  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(column));
    head.append(button);
  });

  const tiles = [...document.querySelectorAll(".tiles [data-f]")].map((tile) => {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", "false");
    button.append(...tile.childNodes);
    button.addEventListener("click", () => {
      const pressed = button.getAttribute("aria-pressed") === "true";
      tiles.forEach((other) => other.setAttribute("aria-pressed", "false"));
      button.setAttribute("aria-pressed", String(!pressed));
      flag = pressed ? "" : tile.dataset.f;
      label = pressed ? "" : button.querySelector("span").textContent.toLowerCase();
      show();
    });
    tile.append(button);
    return button;
  });

  let timer;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, rows.length > 2000 ? 150 : 0);
  });
  document.querySelector(".controls").hidden = false;
  show();
})();
