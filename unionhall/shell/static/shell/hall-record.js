/* Recording in the page where the browser can; the file field below works everywhere. */
(function () {
  "use strict";
  var box = document.querySelector("[data-recorder]");
  var field = document.querySelector("[data-recording]");
  if (!box || !field || !window.MediaRecorder || !navigator.mediaDevices || !window.DataTransfer) return;
  var button = box.querySelector("button");
  var word = button.querySelector("span");
  var note = box.querySelector("p");
  var recorder = null;
  var clock = 0;
  box.hidden = false;
  function keep(parts, type) {
    var ending = type.indexOf("mp4") >= 0 ? "m4a" : type.indexOf("ogg") >= 0 ? "ogg" : "webm";
    var held = new DataTransfer();
    held.items.add(new File(parts, "recording." + ending, { type: type }));
    field.files = held.files;
    note.textContent = box.getAttribute("data-done");
  }
  function start(stream) {
    var parts = [];
    recorder = new MediaRecorder(stream);
    recorder.ondataavailable = function (event) { parts.push(event.data); };
    recorder.onstop = function () {
      clearTimeout(clock);
      stream.getTracks().forEach(function (track) { track.stop(); });
      word.textContent = box.getAttribute("data-start");
      keep(parts, recorder.mimeType || "audio/webm");
      recorder = null;
    };
    recorder.start();
    word.textContent = box.getAttribute("data-stop");
    clock = setTimeout(function () { if (recorder) recorder.stop(); }, 1000 * field.getAttribute("data-recording"));
  }
  button.addEventListener("click", function () {
    if (recorder) { recorder.stop(); return; }
    navigator.mediaDevices.getUserMedia({ audio: true }).then(start, function () { box.hidden = true; });
  });
}());
