/* The next screen of a form, drawn here from what was typed: form[data-ahead] names the template that holds it.
   Only where every answer is right for sure; any other goes to the server, as all of them do without scripts. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-ahead]");
  var next = form && document.getElementById(form.getAttribute("data-ahead"));
  if (!next || !next.content || !window.history.pushState) return;
  var main = document.getElementById("main");
  var title = document.title;
  var left = null;
  var WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  function isNumber(text) { /* GB 11643-1999, of somebody born on data-latest or before */
    var sum = WEIGHTS.reduce(function (found, weight, place) { return found + weight * text[place]; }, 0);
    return /^\d{17}[\dX]$/.test(text) && "10X98765432"[sum % 11] === text[17] && text.slice(6, 14) <= form.getAttribute("data-latest");
  }
  function isSure(field) {
    var rule = field.getAttribute("data-sure");
    if (!field.name || field.type === "hidden" || field.type === "submit") return true;
    if (field.type === "radio") return form.querySelector("[name=" + field.name + "]:checked") !== null;
    if (rule === "id_number") return isNumber(field.value);
    return rule !== null && new RegExp("^(" + rule + ")$").test(field.value);
  }
  function fill(place) {
    var name = place.getAttribute("data-of");
    var field = form.querySelector("[name=" + name + "]:checked") || form.querySelector("[name=" + name + "]:not([type=radio])");
    if (!field) return; /* the server has written it */
    if (place.nodeName === "INPUT") place.value = field.value;
    else if (field.type === "radio") place.textContent = field.parentNode.textContent.trim();
    else if (field.getAttribute("data-sure") === "id_number") place.textContent = field.value.replace(/^(...).{11}/, "$1***********");
    else place.textContent = field.value;
    if (field.value) return;
    if (place.nodeName === "DD") main.querySelector("dl").removeChild(place.previousElementSibling);
    place.parentNode.removeChild(place);
  }
  function show(screen, name) {
    var held = document.createDocumentFragment();
    while (main.firstChild) held.appendChild(main.firstChild);
    main.appendChild(screen);
    document.title = name;
    window.scrollTo(0, 0);
    main.focus();
    return held;
  }
  form.addEventListener("submit", function (event) {
    if (!Array.prototype.every.call(form.elements, isSure)) return;
    event.preventDefault();
    event.stopPropagation(); /* nothing is sent yet */
    left = show(next.content.cloneNode(true), next.title + title.slice(title.lastIndexOf(" · ")));
    Array.prototype.forEach.call(main.querySelectorAll("[data-of]"), fill);
    main.querySelector("[data-back]").addEventListener("click", function (pressed) {
      pressed.preventDefault();
      window.history.back();
    });
    window.history.pushState(null, "", window.location.href);
  });
  window.addEventListener("popstate", function () {
    if (left) show(left, title);
    left = null;
  });
}());
