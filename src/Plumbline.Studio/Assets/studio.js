// What the pages do better with a script. Every move is the same form that works without one: here it is sent in the background, and the page's main part is put in place of the old one.
'use strict';
(() => {
  const root = document.documentElement;
  root.classList.add('js');
  const form = () => document.getElementById('rank');
  let busy = Promise.resolve();
  let opened = performance.now();
  let worked = 0;

  // Seconds of work: while the page is in sight, and somebody has done something within the last minute.
  let touched = performance.now();
  const count = () => {
    const now = performance.now();
    if (document.visibilityState === 'visible' && now - touched < 60000) worked += (now - opened) / 1000;
    opened = now;
  };
  setInterval(count, 1000);
  for (const kind of ['keydown', 'pointerdown', 'scroll']) addEventListener(kind, () => { touched = performance.now(); }, { passive: true, capture: true });

  const takeSeconds = () => {
    count();
    const field = form()?.querySelector('[data-seconds]');
    if (field) { field.value = (parseFloat(field.value || '0') + worked).toFixed(3); worked = 0; }
  };

  const send = (move, focus) => {
    // One after the other: each move is about what the one before left.
    busy = busy.then(() => go(move, focus)).catch(() => { const sent = form(); if (sent) { addMove(sent, move); sent.submit(); } });
    return busy;
  };

  const addMove = (sent, move) => {
    const field = document.createElement('input');
    field.type = 'hidden'; field.name = 'move'; field.value = move;
    sent.append(field);
  };

  const go = async (move, focus) => {
    const sent = form();
    if (!sent) return;
    takeSeconds();
    const at = focus ?? document.activeElement?.id ?? '';
    sent.querySelector('[data-focus]').value = at;
    const body = new URLSearchParams(new FormData(sent));
    body.append('move', move);
    const answer = await fetch(sent.action, { method: 'POST', body, credentials: 'same-origin' });
    const text = await answer.text();
    const here = new URL(sent.action).pathname;
    if (new URL(answer.url).pathname !== here) { location.assign(answer.url); return; }
    const next = new DOMParser().parseFromString(text, 'text/html');
    const main = document.getElementById('main');
    const scrolls = [...document.querySelectorAll('[data-frame]')].map(frame => [frame.scrollLeft, frame.scrollTop]);
    const zoom = document.querySelector('input[name=zoom]:checked')?.id;
    const place = [scrollX, scrollY];
    main.replaceChildren(...next.getElementById('main').childNodes);
    if (zoom && document.getElementById(zoom)) document.getElementById(zoom).checked = true;
    document.querySelectorAll('[data-frame]').forEach((frame, i) => { if (scrolls[i]) [frame.scrollLeft, frame.scrollTop] = scrolls[i]; });
    start();
    scrollTo(...place);
    refocus(at);
  };

  const refocus = (id) => {
    const element = id ? document.getElementById(id) : null;
    if (element && !element.disabled) { element.focus({ preventScroll: true }); return; }
    // The button is gone or off: stay with the answer it belonged to.
    const letter = /-([A-Z])$/.exec(id ?? '')?.[1];
    (letter ? document.getElementById('answer-' + letter) : null)?.focus({ preventScroll: true });
  };

  const current = () => document.activeElement?.closest('[data-answer]');

  const key = (event) => {
    const sent = form();
    if (!sent || event.defaultPrevented || event.isComposing) return;
    const target = event.target;
    const writes = target.matches('textarea, select, input:not([type=radio]):not([type=checkbox])');
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key === 'Enter') { event.preventDefault(); send('submit'); return; }
    if (writes || event.altKey) return;
    if (command && !event.shiftKey && event.key.toLowerCase() === 'z') { event.preventDefault(); send('undo'); return; }
    if (command && (event.key.toLowerCase() === 'y' || (event.shiftKey && event.key.toLowerCase() === 'z'))) { event.preventDefault(); send('redo'); return; }
    // Single keys work only while the form has the keyboard, so that speech input and screen readers keep theirs (WCAG 2.1.4).
    if (command || !(sent.contains(target) || target === document.body || target.id === 'main')) return;
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
    const count = Number(sent.dataset.count);
    if (digit && Number(digit) <= count && !target.matches('input[type=radio]')) {
      event.preventDefault();
      const letter = String.fromCharCode(64 + Number(digit));
      if (event.shiftKey) document.getElementById('answer-' + letter)?.focus();
      else if (document.querySelector('[data-ladder]')) send('end:' + (digit - 1), 'answer-' + letter);
      return;
    }
    const card = current();
    if (card && document.querySelector('[data-ladder]')) {
      const moves = { ArrowUp: 'raise', ArrowDown: 'lower', '=': 'tie', Delete: 'remove', Backspace: 'remove', d: 'compare' };
      const move = moves[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (move && !target.matches('input, pre, [data-frame]')) { event.preventDefault(); send(move + ':' + card.dataset.answer, card.id); return; }
    }
    if (event.key.toLowerCase() === 'b' && document.getElementById('bad')) { event.preventDefault(); send('bad'); }
  };

  // Dragging, by mouse, pen and finger alike.
  let drag = null;
  const zones = (x, y) => {
    const ladder = document.querySelector('[data-ladder]');
    if (!ladder) return null;
    const box = ladder.getBoundingClientRect();
    if (x < box.left - 40 || x > box.right + 40 || y < box.top - 40 || y > box.bottom + 40) return null;
    const ties = ladder.dataset.ties === 'true';
    const steps = [...ladder.children];
    const turned = getComputedStyle(ladder).direction === 'rtl';
    for (const step of steps) {
      const edge = step.getBoundingClientRect();
      if (y < edge.top - 6 || y > edge.bottom + 6) continue;
      const along = turned ? (edge.right - x) / edge.width : (x - edge.left) / edge.width;
      if (along < (ties ? 0.25 : 0.5)) return { step, move: 'insert', number: Number(step.dataset.step) };
      if (ties && along <= 0.75) return { step, move: 'join', number: Number(step.dataset.step) };
      if (along <= 1) return { step, move: 'insert', number: Number(step.dataset.step) + 1, after: true };
    }
    return { ladder, move: 'insert', number: steps.length };
  };
  const clear = () => document.querySelectorAll('.over, .before, .after').forEach(element => element.classList.remove('over', 'before', 'after'));
  addEventListener('pointerdown', (event) => {
    const chip = event.target.closest?.('[data-chip]');
    if (!chip || event.button > 0 || !document.querySelector('[data-ladder]') || chip.dataset.chip === '') return;
    drag = { chip, x: event.clientX, y: event.clientY, id: event.pointerId, moved: false };
    chip.setPointerCapture?.(event.pointerId);
  });
  addEventListener('pointermove', (event) => {
    if (!drag || event.pointerId !== drag.id) return;
    if (!drag.moved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 6) return;
    drag.moved = true;
    event.preventDefault();
    drag.chip.classList.add('dragged');
    clear();
    const zone = zones(event.clientX, event.clientY);
    if (zone?.ladder || zone?.after) document.querySelector('[data-ladder]').classList.toggle('after', zone.number >= document.querySelector('[data-ladder]').children.length);
    if (zone?.step) zone.step.classList.add(zone.move === 'join' ? 'over' : 'before');
  }, { passive: false });
  addEventListener('pointerup', (event) => {
    if (!drag || event.pointerId !== drag.id) return;
    const { chip, moved } = drag;
    drag = null;
    clear();
    chip.classList.remove('dragged');
    if (!moved) return;
    const zone = zones(event.clientX, event.clientY);
    if (zone) send(`${zone.move}:${chip.dataset.chip}:${zone.number}`, 'answer-' + String.fromCharCode(65 + Number(chip.dataset.chip)));
  });
  addEventListener('pointercancel', () => { drag?.chip.classList.remove('dragged'); drag = null; clear(); });

  addEventListener('keydown', key);
  addEventListener('click', (event) => {
    const button = event.target.closest?.('button[name=move]');
    if (!button || button.form !== form()) return;
    event.preventDefault();
    send(button.value, button.id);
  });
  addEventListener('submit', (event) => {
    if (event.target === form()) { event.preventDefault(); send('save'); }
  });

  // What is written is kept a moment after the last letter, without touching the page.
  let saving;
  addEventListener('input', (event) => {
    const sent = form();
    if (!sent?.contains(event.target) || event.target.name === 'zoom') return;
    clearTimeout(saving);
    saving = setTimeout(() => {
      busy = busy.then(async () => {
        const now = form();
        if (!now) return;
        takeSeconds();
        const body = new URLSearchParams(new FormData(now));
        body.append('move', 'save');
        await fetch(now.action, { method: 'POST', body, credentials: 'same-origin', redirect: 'manual' });
      }).catch(() => {});
    }, 700);
  });

  // Selected text becomes the passage to mark.
  document.addEventListener('selectionchange', () => {
    const selection = getSelection();
    const source = selection?.anchorNode?.parentElement?.closest?.('[data-source]');
    if (!source || selection.isCollapsed || !source.contains(selection.focusNode)) return;
    const field = source.closest('details').querySelector('input[name^="quote."]');
    if (field) field.value = selection.toString();
  });

  const start = () => {
    // Pictures are looked at in the same place at the same size.
    const frames = [...document.querySelectorAll('[data-frame]')];
    let moving = false;
    for (const frame of frames) {
      frame.addEventListener('scroll', () => {
        if (moving) return;
        moving = true;
        const [x, y] = [frame.scrollLeft / Math.max(1, frame.scrollWidth - frame.clientWidth), frame.scrollTop / Math.max(1, frame.scrollHeight - frame.clientHeight)];
        for (const other of frames) {
          if (other === frame) continue;
          other.scrollLeft = x * (other.scrollWidth - other.clientWidth);
          other.scrollTop = y * (other.scrollHeight - other.clientHeight);
        }
        requestAnimationFrame(() => { moving = false; });
      }, { passive: true });
      frame.addEventListener('wheel', (event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        const zooms = [...document.querySelectorAll('input[name=zoom]')];
        const at = zooms.findIndex(one => one.checked) + (event.deltaY < 0 ? 1 : -1);
        if (zooms[at]) zooms[at].checked = true;
      }, { passive: false });
    }
    for (const time of document.querySelectorAll('time[datetime]')) {
      const date = new Date(time.dateTime);
      if (!Number.isNaN(date.valueOf())) {
        const whole = time.textContent.length > 10;
        time.textContent = new Intl.DateTimeFormat(root.lang, whole ? { dateStyle: 'medium', timeStyle: 'short' } : { timeStyle: 'short' }).format(date);
      }
    }
  };
  start();
  const kept = document.querySelector('[data-focus]')?.value;
  if (kept) refocus(kept);
})();
