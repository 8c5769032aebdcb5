/* The workers' pages: focus on what is wrong, one sending only, reading aloud in elder mode. Every page works without. */
(function () {
  "use strict";
  var first = document.querySelector("[data-focus]");
  if (first) first.focus();
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.hasAttribute("data-sent")) { event.preventDefault(); return; }
    form.setAttribute("data-sent", "");
    setTimeout(function () { form.removeAttribute("data-sent"); }, 5000);
  });
  var read = document.querySelector("[data-read]");
  var speech = window.speechSynthesis;
  if (read && speech && window.SpeechSynthesisUtterance) {
    read.hidden = false;
    read.addEventListener("click", function () {
      if (speech.speaking) { speech.cancel(); return; }
      var said = new SpeechSynthesisUtterance(document.getElementById("main").innerText);
      said.lang = document.documentElement.lang;
      speech.speak(said);
    });
  }
}());
