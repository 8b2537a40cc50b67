// Comfort only: every page does all it does without this file.
"use strict";

document.querySelectorAll("[data-password]").forEach((field) => {
  const input = field.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.setAttribute("aria-controls", input.id);
  const show = (visible) => {
    input.type = visible ? "text" : "password";
    button.textContent = visible ? field.dataset.hide : field.dataset.show;
    button.setAttribute("aria-label", visible ? field.dataset.hideLabel : field.dataset.showLabel);
  };
  show(false);
  button.addEventListener("click", () => show(input.type === "password"));
  input.form.addEventListener("submit", () => show(false));
  input.after(button);
});

document.querySelector("[data-focus]")?.focus();

document.querySelectorAll("form").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
    }
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 5000);
  });
});

document.querySelectorAll("dialog[data-seconds-left]").forEach((dialog) => {
  const form = dialog.querySelector("form");
  const text = dialog.querySelector("[data-ends]");
  const [stay, close] = form.querySelectorAll("button");
  const warnsBefore = 120_000; // milliseconds; WCAG 2.2.1 asks for 20 seconds at least
  let endsAt = Date.now() + dialog.dataset.secondsLeft * 1000;
  let hasWarned = false;
  let isAsking = false;
  const open = () => dialog.open || dialog.showModal();
  const say = (words) => {
    const time = new Date(endsAt).toLocaleTimeString("hu", { timeZone: "Europe/Budapest" });
    text.textContent = words.replace("{time}", time);
  };
  const ask = async (options) => {
    try {
      const answer = await fetch(form.action, { signal: AbortSignal.timeout(10_000), ...options });
      const left = answer.headers.get("Session-Seconds-Left");
      endsAt = left ? Date.now() + left * 1000 : endsAt;
      return Boolean(left);
    } catch {
      return false; // no connection
    }
  };
  const end = () => {
    clearInterval(clock);
    dialog.querySelectorAll("[data-ended]").forEach((part) => (part.textContent = part.dataset.ended));
    stay.remove();
    open();
    close.focus();
  };
  const clock = setInterval(async () => {
    if (isAsking || Date.now() < endsAt - (hasWarned ? 0 : warnsBefore)) {
      return;
    }
    isAsking = true;
    await ask(); // another tab may have prolonged the session; asking does not
    isAsking = false;
    const left = endsAt - Date.now();
    if (left <= 0) {
      end();
    } else if (left > warnsBefore) {
      hasWarned = false;
      dialog.close();
    } else if (!hasWarned) {
      hasWarned = true;
      say(text.dataset.ends);
      open();
    }
  }, 1000);
  close.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    if (!(await ask({ method: "POST", body })) && !(await ask())) {
      return; // no connection: the dialog stays
    }
    const left = endsAt - Date.now();
    if (left <= 0) {
      end();
    } else if (left <= warnsBefore) {
      say(text.dataset.longest);
      stay.remove();
      close.focus();
    } else {
      hasWarned = false;
      dialog.close();
    }
  });
});

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

document.querySelectorAll("[data-refresh]").forEach((part) => {
  const status = document.querySelector("[role=status]");
  const refresh = async () => {
    const answer = await fetch(part.dataset.refresh, { redirect: "manual" }).catch(() => null);
    if (!answer) {
      setTimeout(refresh, 2000); // no connection: perhaps later
    } else if (answer.ok) {
      part.innerHTML = await answer.text(); // of our own, as the page is
      const { moves, announce } = part.firstElementChild.dataset;
      if (status.textContent !== announce) {
        status.textContent = announce; // at each tenth: a reader that speaks is not interrupted all the time
      }
      if (moves === "yes") {
        setTimeout(refresh, 2000);
      } else {
        location.reload(); // other acts are possible now
      }
    } else {
      location.reload(); // the session has ended
    }
  };
  setTimeout(refresh, 2000);
});
