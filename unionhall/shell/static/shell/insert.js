// A picked figure is put into the text where the writer stood, in braces; the picker is then free for the next one.
(() => {
  document.addEventListener('change', (event) => {
    const select = event.target;
    if (!(select instanceof HTMLSelectElement) || select.name !== 'figure' || !select.value) return;
    const text = select.form && select.form.querySelector('textarea');
    if (!text) return;
    text.setRangeText(`{${select.value}}`, text.selectionStart, text.selectionEnd, 'end');
    select.value = '';
    const input = select.parentNode.querySelector('input[role=combobox]');
    if (input) input.value = '';
    text.focus();
    text.dispatchEvent(new Event('input', { bubbles: true }));
  });
})();
