// What makes the pages nicer where scripts run; each of them works without.
"use strict";

// Focus goes to what went wrong.
const lookAtErrors = (root) => {
  const summary = root.querySelector("[data-module='govuk-error-summary']");
  if (!summary) return;
  summary.setAttribute("tabindex", "-1");
  summary.focus();
  for (const link of summary.querySelectorAll("a[href^='#']")) {
    link.addEventListener("click", (event) => {
      const field = document.getElementById(link.getAttribute("href").slice(1));
      if (!field) return;
      event.preventDefault();
      field.scrollIntoView();
      field.focus({ preventScroll: true });
    });
  }
};

// A form goes out once, however often its button is pressed. After the back button it may go out again.
const sendOnce = (root) => {
  for (const form of root.querySelectorAll("form[method='post']")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
};
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Digits choose within a group of radios that has the focus, and the next group follows.
const groups = [...document.querySelectorAll("[data-keys] fieldset")];
groups.forEach((group, place) => {
  group.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !/^[1-9]$/.test(event.key)) return;
    const radio = group.querySelectorAll("input[type='radio']")[Number(event.key) - 1];
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    const next = groups[place + 1];
    const target = next && (next.querySelector("input:checked") || next.querySelector("input"));
    (target || radio).focus();
  });
});

// A part of the page answers while numbers are changed; without scripts a button shows the same.
for (const form of document.querySelectorAll("form[data-answer]")) {
  const part = document.querySelector(form.dataset.answer);
  const names = form.dataset.answerTo.split(" ");
  let timer, asked;
  const ask = async () => {
    if (asked) asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    const typed = new URLSearchParams([...new FormData(form)].filter(([name]) => names.includes(name)));
    const answer = await fetch(`${form.dataset.answerFrom}?${typed}`, { signal, redirect: "error" }).catch(() => null);
    if (!answer || signal.aborted || !(answer.headers.get("content-type") || "").startsWith("text/html")) return;
    const html = await answer.text().catch(() => null);
    if (html === null || signal.aborted) return;
    part.innerHTML = html;
    const said = part.querySelector("[data-says]");
    document.getElementById("answer-said").textContent = said ? said.textContent : "";
  };
  form.addEventListener("input", (event) => {
    if (!names.includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, 300);
  });
}

// A file goes out with its progress shown, and the answer takes the place of the page.
const showProgress = (root) => {
  for (const form of root.querySelectorAll("form[data-upload]")) {
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented || !form.querySelector("input[type='file']").files.length) return;
      event.preventDefault();
      sendFile(form, document.querySelector(form.dataset.upload));
    });
  }
};
const sendFile = (form, part) => {
  const [bar, said] = [part.querySelector("progress"), part.querySelector("[role='status']")];
  const sending = new XMLHttpRequest();
  part.hidden = false;
  sending.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = (100 * loaded) / total;
    said.textContent = `${Math.floor(bar.value / 10) * 10}%`;
  });
  sending.addEventListener("load", () => {
    if (sending.status < 400) return window.location.assign(sending.responseURL);
    const page = new DOMParser().parseFromString(sending.responseText, "text/html");
    const main = page.getElementById("main");
    document.title = page.title;
    document.getElementById("main").replaceWith(main);
    prepare(main);
  });
  sending.addEventListener("error", () => form.submit());
  sending.open("POST", form.action);
  sending.setRequestHeader("Accept", "text/html");
  sending.send(new FormData(form));
};
const prepare = (root) => [lookAtErrors, sendOnce, showProgress].forEach((each) => each(root));
prepare(document);

// A part of the page follows what it shows, unless somebody is about to press something in it; without scripts a link
// shows it anew.
for (const part of document.querySelectorAll("[data-follows]")) {
  new EventSource(part.dataset.follows).addEventListener("message", (event) => {
    if (part.contains(document.activeElement)) return;
    part.innerHTML = event.data;
    sendOnce(part);
  });
}

// A warning before the session ends, with a way to stay.
const dialog = document.getElementById("time-out");
if (dialog) {
  const idle = Number(dialog.dataset.idle) * 1000;
  const warn = Number(dialog.dataset.warn) * 1000;
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => dialog.open || dialog.showModal(), Math.max(0, idle - warn));
  };
  dialog.addEventListener("close", async () => {
    const body = new URLSearchParams({ _csrf: dialog.dataset.csrf });
    const answer = await fetch("/session/stay", { method: "POST", body, redirect: "error" }).catch(() => null);
    if (answer && answer.ok) wait();
    else document.getElementById("time-out-over").hidden = false;
  });
  wait();
}
