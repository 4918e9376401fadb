// Everything here only makes plain links and forms quicker; each works without it.
"use strict";
(() => {
  const body = document.body;
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const typing = (element) =>
    element instanceof HTMLElement && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));

  // --- find anyone, go anywhere ---
  const palette = $("#palette");
  const field = $("#palette-q");
  const hits = $("#palette-hits");
  const none = $("#palette-none");
  let asked = 0;
  let chosen = -1;
  let shown = ""; // what the hits on screen answer to

  const options = () => $$("[role=option]", hits);

  const choose = (place) => {
    const all = options();
    chosen = all.length ? (place + all.length) % all.length : -1;
    all.forEach((one, index) => one.setAttribute("aria-selected", String(index === chosen)));
    if (chosen < 0) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", all[chosen].id);
    all[chosen].scrollIntoView({ block: "nearest" });
  };

  const option = (link, number) => {
    link.setAttribute("role", "option");
    link.setAttribute("tabindex", "-1");
    link.id = `hit-${number}`;
    return link;
  };

  const placesFor = (text) =>
    $$("#palette-places :is(a, button)").filter((link) => link.textContent.toLowerCase().includes(text.toLowerCase()));

  const show = (links, text) => {
    shown = text;
    hits.replaceChildren(...links.map((link, number) => option(link, number)));
    const line = /^(?:note|record|log)\s+([^:]+)/i.exec(text); // what records, see attention/one_line.py
    const words = line ? none.dataset.line.replace("{}", () => line[1].trim()) : none.dataset.none.replace("{}", () => text);
    none.textContent = links.length || !text ? "" : words;
    choose(0);
  };

  const look = async () => {
    const text = field.value.trim();
    const turn = ++asked;
    const places = placesFor(text).map((link) => link.cloneNode(true));
    if (text.length < 2) return show(places, text);
    const address = `${hits.dataset.source}?q=${encodeURIComponent(text)}`;
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" } });
      if (turn !== asked) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = $$("[data-hit]", page).map((link) => document.importNode(link, true));
      if (turn === asked) show([...found, ...places], text);
    } catch {
      if (turn === asked) show(places, text);
    }
  };

  const openPalette = () => {
    if (!palette) return;
    if (!palette.open) palette.showModal();
    field.value = "";
    field.focus();
    look();
  };

  if (palette) {
    let waiting = 0;
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(look, 60);
    });
    field.addEventListener("keydown", async (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Escape") {
        event.preventDefault(); // a search field would only empty itself
        palette.close();
      } else if (event.key === "Enter") {
        event.preventDefault();
        clearTimeout(waiting);
        if (shown !== field.value.trim()) await look(); // quicker than the answer
        if (chosen >= 0) options()[chosen].click();
        else if (field.value.trim()) field.form.submit();
      }
    });
    palette.addEventListener("click", (event) => {
      if (event.target === palette) palette.close();
    });
  }

  // A double click sends a form once.
  const sent = new WeakMap();
  document.addEventListener(
    "submit",
    (event) => {
      const again = Date.now() - (sent.get(event.target) || 0) < 1000;
      if (event.target.method === "post" && again) {
        event.preventDefault();
        event.stopImmediatePropagation();
      } else {
        sent.set(event.target, Date.now());
      }
    },
    true,
  );

  // --- keys; single ones can be switched off ---
  const keysDialog = $("#keys");
  let gone = 0; // when g was pressed

  const rows = () => $$("[data-rows] [data-row]");
  const current = () => $("[data-row].current");

  const walk = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current());
    const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))];
    all.forEach((row) => row.classList.toggle("current", row === next));
    const link = $("[data-open]", next);
    if (link) link.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };

  const goTo = (key) => {
    const link = $(`.places [data-key="${key}"], #gear [data-key="${key}"]`);
    if (link) link.click();
    return Boolean(link);
  };

  const single = {
    "/": openPalette,
    "?": () => keysDialog && !keysDialog.open && keysDialog.showModal(),
    j: () => walk(1),
    k: () => walk(-1),
    g: () => {
      gone = Date.now();
    },
    e: () => {
      const row = current() || document.activeElement.closest("[data-row]");
      const edit = row ? $("[data-edit]", row) : $("main [data-edit]");
      if (edit) edit.click();
    },
    s: () => {
      const card = current() || document.activeElement.closest("[data-card]");
      const still = card && $("[data-still]", card);
      if (still) still.click();
    },
    r: () => {
      const record = $("main [data-record]");
      if (record) record.click();
    },
    c: () => {
      const fresh = $("main [data-new]");
      if (!fresh) return;
      if (fresh.matches("a")) return fresh.click();
      const folded = fresh.closest("details");
      if (folded) folded.open = true;
      fresh.focus();
    },
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      return openPalette();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (body.dataset.keys !== "on" || $("dialog[open]")) return;
    if (Date.now() - gone < 1200) {
      gone = 0;
      if (goTo(event.key)) event.preventDefault();
      return;
    }
    const act = single[event.key];
    if (act) {
      if (event.key !== "g") event.preventDefault();
      act();
    }
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens=palette]");
    if (opener && palette && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      openPalette();
    }
  });

  // --- what was done is said for twelve seconds, longer while one looks at it ---
  const fade = () => {
    $$("[data-toast]:not([data-timed])").forEach((toast) => {
      toast.dataset.timed = "";
      let left = 12;
      const tick = setInterval(() => {
        if (!toast.isConnected) return clearInterval(tick);
        if (!toast.matches(":hover, :focus-within") && --left <= 0) {
          toast.remove();
          clearInterval(tick);
        }
      }, 1000);
    });
  };

  // --- inline edit: Enter saves, Esc restores ---
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest && event.target.closest("[data-inline]");
    if (!form) return;
    if (event.key === "Escape") {
      form.reset();
      $$(".error", form).forEach((error) => error.remove());
      const folded = form.closest("details");
      if (folded) {
        folded.open = false;
        $("summary", folded).focus();
      }
    } else if (event.key === "Enter" && !event.shiftKey && typing(event.target)) {
      event.preventDefault();
      form.requestSubmit($("button", form));
    }
  });

  // An opened edit takes the focus to its field, unless somebody types in it already: this event comes late.
  document.addEventListener(
    "toggle",
    (event) => {
      if (event.target.matches("details.inline-edit[open], details.customer-tag[open]")) {
        const first = $("input:not([type=hidden]), textarea", event.target);
        const busy = event.target.contains(document.activeElement) && typing(document.activeElement);
        if (first && !busy) first.focus();
      }
    },
    true,
  );

  // --- an error stays beside its field, and the value is kept ---
  const beside = (form, name, sentence) => {
    const input = form && form.elements ? form.elements.namedItem(name) : null;
    if (!(input instanceof HTMLElement)) return false;
    const id = `${input.id || name}-error`;
    let line = document.getElementById(id);
    if (!line) {
      line = Object.assign(document.createElement("p"), { id, className: "error" });
      input.after(line);
    }
    line.textContent = sentence;
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", id);
    input.focus();
    return true;
  };

  document.addEventListener("regulars:error", (event) => {
    const { message, fields } = event.detail;
    const form = event.target.closest("form");
    sent.delete(form); // what was refused may be sent again at once, put right
    const placed = Object.entries(fields || {}).filter(([name, sentence]) => beside(form, name, sentence));
    if (placed.length) return;
    const toast = Object.assign(document.createElement("div"), { className: "toast", textContent: message });
    toast.dataset.toast = "";
    $("#toasts").replaceChildren(toast);
    fade();
  });

  // --- after a part of the page was exchanged ---
  let place = -1;
  document.addEventListener("htmx:before:request", (event) => {
    // A part that asks again by itself may be gone by now; the event then comes from the document.
    const row = event.target instanceof Element ? event.target.closest("[data-row]") : null;
    place = row ? rows().indexOf(row) : -1;
  });
  document.addEventListener("htmx:after:swap", () => {
    fade();
    if (document.activeElement !== body || place < 0) return;
    const all = rows();
    const next = all[Math.min(place, all.length - 1)];
    const link = next && $("[data-open]", next);
    if (link) link.focus({ preventScroll: true });
  });

  // What scrolls sideways begins where we are.
  $$(".tabs [aria-current], .one-row [aria-current]").forEach((link) => {
    const row = link.closest(".tabs, .one-row");
    row.scrollLeft += link.getBoundingClientRect().right - row.getBoundingClientRect().right + 24;
  });

  fade();
})();
