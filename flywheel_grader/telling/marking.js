"use strict";
// Marks written answers by keyboard. On a page that `flywheel mark` serves each change is saved at
// once; on a page opened as a file, Save downloads the marks, to be put into the folder `marks`.

const list = document.getElementById("answers");
const answers = [...list.querySelectorAll(".answer")];
const state = document.getElementById("state");
const served = location.protocol.startsWith("http");
let current = -1;
let waiting = null;

/** The marks as they stand, by student. */
function marks() {
  const found = {};
  for (const answer of answers) {
    const points = answer.querySelector(".points");
    found[answer.dataset.student] = {
      points: points.value === "" || !points.checkValidity() ? null : Number(points.value),
      comment: answer.querySelector(".comment").value,
    };
  }
  return found;
}

/** Say how things stand, to eyes and to screen readers. */
function say(words) {
  const fields = answers.map(answer => answer.querySelector(".points"));
  const given = fields.filter(field => field.value !== "" && field.checkValidity()).length;
  const wrong = fields.filter(field => !field.checkValidity()).length;
  const left = wrong ? ` ${wrong} out of range, not counted.` : "";
  state.textContent = `${words} ${given} of ${answers.length} marked.${left}`;
}

async function save() {
  const { exercise, task, name } = list.dataset;
  const text = JSON.stringify({ exercise, task, marks: marks() }, null, 1);
  if (!served) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = `${name}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
    say("Downloaded: put it into the folder marks.");
    return;
  }
  try {
    const reply = await fetch(location.pathname, { method: "POST", body: text });
    say(reply.ok ? "Saved." : "Not saved: try again.");
  } catch {
    say("Not saved: flywheel mark is no longer running.");
  }
}

function changed() {
  say(served ? "Saving." : "Not saved yet.");
  if (served) {
    clearTimeout(waiting);
    waiting = setTimeout(save, 400);
  }
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
  const writing = event.target.matches("textarea");
  if (writing) {
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
