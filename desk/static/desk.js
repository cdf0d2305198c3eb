// Only what pages cannot do without a script: an address to copy is chosen whole, the search box
// by Control and slash, and a time by dragging over the bars.
// Each bar is a link without it. All of many boxes, or none, are chosen by one press.
"use strict";
for (const button of document.querySelectorAll("button[data-check]")) {
  button.hidden = false;
  button.addEventListener("click", () => { for (const box of button.form.querySelectorAll("input[type=checkbox]")) { box.checked = Boolean(button.dataset.check); } });
}
for (const link of document.querySelectorAll("input.link")) { link.addEventListener("focus", () => link.select()); }
document.addEventListener("keydown", (event) => {
  const box = document.getElementById("q"); // by the key's place: on an Arabic keyboard it has another letter
  if (event.ctrlKey && event.code === "Slash" && box) { event.preventDefault(); box.focus(); box.select(); }
});
// A span and days replace each other; without this, days count.
for (const form of document.querySelectorAll("form.search")) {
  const span = form.querySelector("select[name=span]"), days = [...form.querySelectorAll("input[type=date]")];
  if (span) {
    span.addEventListener("change", () => { days.forEach((day) => { day.value = ""; }); span.options[0].text = span.dataset.any; });
    days.forEach((day) => day.addEventListener("change", () => { span.value = ""; span.options[0].text = days.some((each) => each.value) ? span.dataset.other : span.dataset.any; }));
  }
}
for (const bars of document.querySelectorAll(".bars")) {
  const all = [...bars.querySelectorAll("a")];
  let from = null, to = null;
  const at = (event) => all.indexOf(document.elementFromPoint(event.clientX, event.clientY)?.closest(".bars a"));
  const show = () => all.forEach((bar, place) => bar.classList.toggle("in", from !== null && place >= Math.min(from, to) && place <= Math.max(from, to)));
  bars.addEventListener("dragstart", (event) => event.preventDefault());
  bars.addEventListener("pointerdown", (event) => { if (event.button === 0 && at(event) >= 0) { from = to = at(event); show(); } });
  document.addEventListener("pointermove", (event) => { const place = at(event); if (from !== null && place >= 0) { to = place; show(); } });
  document.addEventListener("pointerup", () => {
    if (from === null) { return; }
    const [first, last] = [Math.min(from, to), Math.max(from, to)];
    const dragged = from !== to;
    from = null;
    if (dragged) {
      const address = new URL(bars.dataset.address, location.href);
      address.searchParams.set("since", all[first].dataset.first);
      address.searchParams.set("until", all[last].dataset.last);
      location.assign(address);
    } else { show(); }
  });
}
// On a narrow screen what narrows a search is folded, so that its results are seen.
if (matchMedia("(max-width: 52rem)").matches) { document.querySelectorAll("details.fold").forEach((each) => { each.open = false; }); }
