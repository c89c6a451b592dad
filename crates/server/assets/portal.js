// What pages do better with a script. Each works without, and the server checks all of
// it again. Templates say what they want in data- attributes.

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const words = document.body.dataset;

// Said to whoever listens.
const live = document.createElement("p");
live.className = "unseen";
live.setAttribute("role", "status");

// data-copy="#id": copies what stands there. The button keeps its width meanwhile.
const part = (kind, text) => {
  const span = document.createElement("span");
  span.className = kind;
  span.textContent = text;
  return span;
};

const offerToCopy = (button) => {
  if (!navigator.clipboard) return;
  if (!button.matches(".copier") && !button.querySelector(".copied")) {
    const label = [...button.childNodes].filter((node) => node.nodeType === 3);
    const box = document.createElement("span");
    box.append(part("copy", button.textContent.trim()), part("copied", words.copied));
    box.lastChild.ariaHidden = "true";
    label.forEach((node) => node.remove());
    button.append(box);
  }
  let over;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.querySelector(button.dataset.copy);
    if (!source) return;
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    } catch {
      // Not allowed here: it is marked, so that a key copies it.
      getSelection().selectAllChildren(source);
      return;
    }
    clearTimeout(over);
    button.classList.add("is-copied");
    live.textContent = words.copied;
    over = setTimeout(() => {
      button.classList.remove("is-copied");
      live.textContent = "";
    }, 2000);
  });
};
const copies = all("[data-copy]");
if (copies.length) document.body.append(live);
copies.forEach(offerToCopy);

// data-confirm-dialog="#id" on a link: asks here instead of on a page of its own.
// data-close within the dialog is the way back.
for (const link of all("[data-confirm-dialog]")) {
  const dialog = document.querySelector(link.dataset.confirmDialog);
  link.addEventListener("click", (event) => {
    if (!dialog?.showModal || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    dialog.showModal();
  });
}
for (const button of all("dialog [data-close]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    button.closest("dialog").close();
  });
}

// data-typed-name="NAME" on a field, and data-typed-id="ID" where that will do as well: its
// form goes off once exactly one of these is typed, as the server wants it.
for (const field of all("[data-typed-name]")) {
  const button = field.form?.querySelector("[type=submit]:not([data-close])");
  const { typedName, typedId = typedName } = field.dataset;
  const isTyped = () => [typedName, typedId].includes(field.value.trim());
  const follow = () => button?.setAttribute("aria-disabled", String(!isTyped()));
  field.addEventListener("input", follow);
  field.form?.addEventListener("submit", (event) => {
    if (isTyped()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    field.focus();
  });
  follow();
}

// data-summary-for="KEY": the words of what is chosen. A tick, a radio button or a
// choice adds its data-summary (KEY in data-adds); a field adds its value; one with
// data-lines="{} of 1|{} of many" adds how many lines it has. data-none: nothing.
// data-basic: what comes with the others of its data-api counts beside one of them, or
// where nothing else is ticked.
const summaries = all("[data-summary-for]");
const stands = (field) => {
  if (!("basic" in field.dataset)) return true;
  const others = all("[data-api]:checked:not([data-basic])");
  return !others.length || others.some((other) => other.dataset.api === field.dataset.api);
};
const said = (field) => {
  if (field.matches("[type=checkbox], [type=radio]") && !field.checked) return "";
  if (!stands(field)) return "";
  if (field.dataset.lines) {
    const count = field.value.split("\n").filter((line) => line.trim()).length;
    const [one, many] = field.dataset.lines.split("|");
    return count ? (count === 1 ? one : many).replace("{}", count) : "";
  }
  const option = field.selectedOptions?.[0];
  return (option ?? field).dataset.summary ?? field.value;
};
const sum = () => {
  for (const place of summaries) {
    const adding = all(`[data-adds~="${CSS.escape(place.dataset.summaryFor)}"]`);
    const found = [...new Set(adding.map(said).filter(Boolean))];
    place.textContent = found.join(", ") || place.dataset.none || "";
  }
};
if (summaries.length) {
  document.addEventListener("input", sum);
  sum();
}
// data-confirmed: the summary stood beside the form all the while; no page asks again.
all("[data-confirmed]").forEach((field) => (field.value = "1"));

// data-chosen-by-ticks on a radio button: a tick in its form chooses it. Whoever chooses
// another puts the ticks back: the server refuses both at once.
for (const radio of all("[data-chosen-by-ticks]")) {
  radio.form.addEventListener("change", ({ target }) => {
    if (target.type === "checkbox") radio.checked = true;
    else if (target !== radio) {
      all("[type=checkbox]", radio.form).forEach((box) => (box.checked = box.defaultChecked));
    }
  });
}

// data-from-fragment: a one-time code in a link stands behind its #, which browsers send
// to nobody. It goes into the field, and out of the address.
const code = document.querySelector("[data-from-fragment]");
if (code && location.hash.length > 1) {
  try {
    code.value ||= decodeURIComponent(location.hash.slice(1));
  } catch {} // no code of ours: the field stays for typing
  history.replaceState(history.state, "", location.pathname + location.search);
}

// Menus close when one is elsewhere.
const closeMenus = (but) => {
  for (const menu of all(".menu[open]")) {
    if (menu !== but) menu.open = false;
  }
};
document.addEventListener("pointerdown", (event) => closeMenus(event.target.closest(".menu")));
document.addEventListener("focusin", (event) => closeMenus(event.target.closest(".menu")));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector(".menu[open]");
  if (!menu) return;
  if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  closeMenus();
});

// A form is sent once. What is aria-disabled does nothing.
document.addEventListener("click", (event) => {
  if (event.target.closest("[aria-disabled=true]")) event.preventDefault();
}, true);
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter ?? form.querySelector("[type=submit]");
  button?.classList.add("sending");
  button?.setAttribute("aria-disabled", "true");
});
// Whoever comes back to the page may send again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of all("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of all(".sending", form)) {
      button.classList.remove("sending");
      button.removeAttribute("aria-disabled");
    }
  }
});
