"use strict";
(() => {
  const value = (row, i) => {
    const cell = row.cells[i];
    const number = cell.dataset.v;
    return number === undefined ? cell.textContent : parseFloat(number);
  };
  for (const table of document.querySelectorAll("main table")) {
    const heads = table.tHead ? table.tHead.querySelectorAll("tr.heads th") : [];
    heads.forEach((head, i) => head.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      for (const body of table.tBodies) {
        const rows = [...body.rows].filter((row) => !row.classList.contains("group"));
        rows.sort((a, b) => {
          const x = value(a, i), y = value(b, i);
          const order = typeof x === "number" && typeof y === "number"
            ? x - y : String(x).localeCompare(String(y), undefined, { numeric: true });
          return up ? order : -order;
        });
        rows.forEach((row) => body.append(row));
      }
    }));
  }
  const view = document.querySelector("dialog");
  const large = view.querySelector("img");
  for (const button of document.querySelectorAll("figure button")) {
    button.addEventListener("click", () => {
      const small = button.querySelector("img");
      large.src = small.src;
      large.alt = small.alt;
      view.showModal();
    });
  }
  view.addEventListener("click", () => view.close());
  if (matchMedia("(max-width:52rem)").matches) document.querySelector("nav details").open = false;
  const search = document.querySelector("nav input");
  search.hidden = false;
  search.addEventListener("input", () => {
    const words = search.value.trim().toLowerCase();
    for (const section of document.querySelectorAll("main section")) {
      let shown = 0;
      for (const block of section.children) {
        if (block.tagName === "H2") continue;
        const alt = [...block.querySelectorAll("img")].map((img) => img.alt).join(" ");
        const hit = !words || (block.textContent + " " + alt).toLowerCase().includes(words);
        block.hidden = !hit;
        if (hit) shown += 1;
        if (block.matches("details")) block.open = Boolean(words) && hit;
      }
      section.hidden = shown === 0 && Boolean(words);
    }
  });
  const open = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const fold = target && target.closest("details");
    if (fold) { fold.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", open);
  open();
  addEventListener("beforeprint", () => {
    document.querySelectorAll("details.fold").forEach((fold) => { fold.open = true; });
  });
})();
