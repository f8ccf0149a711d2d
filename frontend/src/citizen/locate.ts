/* "Use my location": the phone's own position goes into hidden fields, seen and removable. */

type Fields = Record<"lon" | "lat" | "accuracy", HTMLInputElement>;

/** Show the part and wire it. `changed` is called whenever the position is set or removed. */
export function setUpLocation(form: HTMLFormElement, changed: () => void): void {
  const box = form.querySelector<HTMLElement>("[data-geo]");
  if (!box || !("geolocation" in navigator) || !window.isSecureContext) return;
  const fields = { lon: field(form, "lon"), lat: field(form, "lat"), accuracy: field(form, "accuracy") };
  const button = part(box, "[data-locate]");
  const status = part(box, "[data-geo-status]");
  box.hidden = false;

  const show = (): void => {
    const has = fields.lon.value !== "" && fields.lat.value !== "";
    part(box, "[data-located]").hidden = !has;
    button.hidden = has;
    const accuracy = part(box, "[data-accuracy]");
    accuracy.textContent = fields.accuracy.value ? (accuracy.dataset.accuracy ?? "").replace("{n}", fields.accuracy.value) : "";
  };
  const set = (values: Partial<Record<keyof Fields, string>>): void => {
    for (const name of ["lon", "lat", "accuracy"] as const) fields[name].value = values[name] ?? "";
    status.textContent = "";
    show();
    changed();
  };

  button.addEventListener("click", () => {
    status.textContent = status.dataset.locating ?? "";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        set({
          lon: coords.longitude.toFixed(6),
          lat: coords.latitude.toFixed(6),
          accuracy: String(Math.ceil(coords.accuracy)),
        });
      },
      () => {
        status.textContent = status.dataset.refused ?? "";
      },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
    );
  });
  part(box, "[data-unlocate]").addEventListener("click", () => {
    set({});
    button.focus();
  });
  show();
}

function field(form: HTMLFormElement, name: string): HTMLInputElement {
  return form.elements.namedItem(name) as HTMLInputElement;
}

function part(box: HTMLElement, selector: string): HTMLElement {
  const found = box.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`the page lacks ${selector}`);
  return found;
}
