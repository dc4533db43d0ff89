"use strict";
// Marks written answers by keyboard. On a page that `flywheel mark` serves each change is saved at
// once; on a page opened as a file, Save downloads the marks, to be put into the folder `marks`.

const list = document.getElementById("answers");
const answers = [...list.querySelectorAll(".answer")];
const state = document.getElementById("state");
const served = location.protocol.startsWith("http");
let current = -1;
let waiting = null;

/** The mark of one answer as it stands on the page. */
function markOf(answer) {
  const points = answer.querySelector(".points");
  return {
    points: points.value === "" || !points.checkValidity() ? null : Number(points.value),
    comment: answer.querySelector(".comment").value,
  };
}

// What was last seen of each mark, on the page as it came or in what the desk said since.
const seen = new Map(answers.map(answer => [answer.dataset.row, markOf(answer)]));

// Where somebody else came in between: kept back until it is typed again.
const held = new Set();

/** The marks that differ from what was last seen, by row. */
function changes() {
  const found = {};
  for (const answer of answers) {
    const { row } = answer.dataset;
    const mark = markOf(answer);
    const before = seen.get(row);
    const same = mark.points === before.points && mark.comment === before.comment;
    if (!same && !held.has(row)) found[row] = { ...mark, seen: before };
  }
  return found;
}

function sayOf(row, words) {
  answers.find(each => each.dataset.row === row).querySelector(".by").textContent = words;
}

/** Show what another marker gave in between; what was typed here stays until it is typed again. */
function show(others) {
  for (const [row, mark] of Object.entries(others)) {
    seen.set(row, { points: mark.points, comment: mark.comment });
    held.add(row);
    const gave = `${mark.by || "another desk"} gave ${mark.points ?? "no"} points`;
    sayOf(row, `not saved: ${gave} meanwhile; change yours to overrule, or type theirs`);
  }
}

/** Say how things stand, to eyes and to screen readers. */
function say(words) {
  const given = answers.filter(answer => markOf(answer).points !== null).length;
  const wrong = answers.filter(answer => !answer.querySelector(".points").checkValidity()).length;
  const left = wrong ? ` ${wrong} out of range, not counted.` : "";
  state.textContent = `${words} ${given} of ${answers.length} marked.${left}`;
}

function download() {
  const { exercise, task, name } = list.dataset;
  const rows = Object.fromEntries(answers.map(each => [each.dataset.row, markOf(each)]));
  const text = JSON.stringify({ exercise, task, rows }, null, 1);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `${name}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
  say("Downloaded: put it into the folder marks.");
}

async function save() {
  if (!served) return download();
  const rows = changes();
  const by = document.getElementById("marker").value;
  try {
    const body = JSON.stringify({ by, rows });
    const reply = await fetch(location.pathname, { method: "POST", body });
    if (!reply.ok) return say("Not saved: try again.");
    const others = await reply.json();
    for (const row of Object.keys(rows)) {
      if (row in others) continue;
      seen.set(row, { points: rows[row].points, comment: rows[row].comment });
      sayOf(row, by ? `marked by ${by}` : "");
    }
    show(others);
    const lost = Object.keys(others).length;
    say(lost ? `${lost} not saved: somebody else marked them meanwhile.` : "Saved.");
  } catch {
    say("Not saved: flywheel mark is no longer running.");
  }
}

function changed(event) {
  held.delete(event.target.closest(".answer")?.dataset.row);
  say(served ? "Saving." : "Not saved yet.");
  clearTimeout(waiting);
  if (served) waiting = setTimeout(save, 400);
}

/** Go to an answer, and to its points. */
function go(number) {
  if (number < 0 || number >= answers.length) return;
  current = number;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  answers[number].scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  const points = answers[number].querySelector(".points");
  points.focus({ preventScroll: true });
  points.select();
}

document.addEventListener("focusin", event => {
  const answer = event.target.closest?.(".answer");
  if (answer) current = answers.indexOf(answer);
});

document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("textarea")) {
    if (event.key === "Escape") go(current);
    return;
  }
  const key = event.key.toLowerCase();
  if (key === "j" || key === "enter") {
    if (event.target.matches("button")) return;
    go(current + 1);
  } else if (key === "k") go(current - 1);
  else if (key === "n") document.getElementById("names").click();
  else if (key === "c" && current >= 0) answers[current].querySelector(".comment").focus();
  else return;
  event.preventDefault();
});

document.getElementById("names").addEventListener("change", event => {
  for (const who of list.querySelectorAll(".who")) who.hidden = !event.target.checked;
});
document.getElementById("save").addEventListener("click", save);
list.addEventListener("input", changed);
say("");
