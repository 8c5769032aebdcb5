/* Each answer is kept as it is given, so that the page can be left at any point. Without scripts the button keeps the whole screen. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-keep]");
  if (!form || !window.fetch || !window.AbortController) return;
  var note = form.querySelector("[data-kept]");
  var clock = 0;
  var changed = false;
  var running = null;
  function keep() {
    clearTimeout(clock);
    if (!changed) return;
    var said = new FormData(form);
    Array.prototype.forEach.call(form.querySelectorAll("input[type=file]"), function (field) { said.delete(field.name); });
    said.append("keep", "1");
    changed = false;
    running = new AbortController();
    fetch(form.action || location.href, { method: "POST", body: said, keepalive: true, credentials: "same-origin", signal: running.signal })
      .then(function (answer) { note.textContent = answer.status === 204 ? note.getAttribute("data-kept") : ""; })
      .catch(function () { changed = true; });
  }
  form.addEventListener("input", function () {
    changed = true;
    clearTimeout(clock);
    if (form.getAttribute("data-keep") !== "whole") clock = setTimeout(keep, 1000);
  });
  form.addEventListener("change", function () { changed = true; keep(); });
  document.addEventListener("visibilitychange", function () { if (document.visibilityState === "hidden") keep(); });
  form.addEventListener("submit", function () {
    clearTimeout(clock);
    changed = false;
    if (running) running.abort();
  });
}());
