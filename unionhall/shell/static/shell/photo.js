/* Photos are made small in the browser before they leave the phone. Without scripts, or where a picture cannot be read, the file goes up as it is. */
(function () {
  "use strict";
  var able = window.createImageBitmap && window.DataTransfer && window.Promise && HTMLCanvasElement.prototype.toBlob;
  var TRIES = [[2000, 0.8], [1600, 0.75], [1600, 0.6], [1280, 0.55], [1024, 0.5], [800, 0.4]]; // longest edge in pixels, quality
  function drawn(bitmap, edge, quality) {
    var scale = Math.min(1, edge / Math.max(bitmap.width, bitmap.height));
    var canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    var pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return new Promise(function (done) { canvas.toBlob(done, "image/jpeg", quality); });
  }
  function squeezed(file, most) {
    if (file.type.indexOf("image/") !== 0 || file.size <= most) return Promise.resolve(file);
    return createImageBitmap(file, { imageOrientation: "from-image" }).then(function (bitmap) {
      function next(at) {
        return drawn(bitmap, TRIES[at][0], TRIES[at][1]).then(function (blob) {
          if (!blob) return file;
          if (blob.size > most && at + 1 < TRIES.length) return next(at + 1);
          return blob.size < file.size ? new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" }) : file;
        });
      }
      return next(0);
    }).catch(function () { return file; });
  }
  function tend(field) {
    var form = field.form;
    var note = document.createElement("p");
    var busy = false;
    var sending = false;
    note.className = "row-note";
    note.setAttribute("role", "status");
    field.insertAdjacentElement("afterend", note);
    form.addEventListener("submit", function (event) {
      if (!busy) return;
      event.preventDefault();
      event.stopPropagation();
      sending = true;
    });
    field.addEventListener("change", function () {
      var chosen = Array.prototype.slice.call(field.files);
      if (!chosen.length) return;
      busy = true;
      note.textContent = field.getAttribute("data-working");
      Promise.all(chosen.map(function (file) { return squeezed(file, +field.getAttribute("data-squeeze")); })).then(function (small) {
        var held = new DataTransfer();
        small.forEach(function (file) { held.items.add(file); });
        field.files = held.files;
        busy = false;
        note.textContent = field.getAttribute("data-ready");
        if (sending || field.hasAttribute("data-send")) form.requestSubmit();
        sending = false;
      });
    });
  }
  if (able) Array.prototype.forEach.call(document.querySelectorAll("input[type=file][data-squeeze]"), tend);
}());
