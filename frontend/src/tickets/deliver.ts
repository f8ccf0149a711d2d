/* How far the upload of a workbook has come. The checking after it is the server's to tell, on the workbook's page. */

interface Progress {
  lengthComputable: boolean;
  loaded: number;
  total: number;
}

/** Whole per cent of what has been sent, 0 while it is not known. */
export function percentSent(progress: Progress): number {
  return progress.lengthComputable && progress.total > 0 ? Math.floor((100 * progress.loaded) / progress.total) : 0;
}

function show(form: HTMLElement, percent: number | null): void {
  const upload = form.querySelector<HTMLElement>("[data-upload]");
  if (!upload) return;
  upload.hidden = percent === null;
  const bar = upload.querySelector("progress");
  const words = upload.querySelector<HTMLElement>("[data-upload-percent]");
  if (bar) bar.value = percent ?? 0;
  if (words) words.textContent = `${percent ?? 0} %`;
}

/** Show the bar of a form's upload while it runs; a failed one hides it, so that the form can be sent again. */
export function showUploads(): void {
  document.body.addEventListener("htmx:xhr:progress", (event) => {
    show(event.target as HTMLElement, percentSent((event as CustomEvent<Progress>).detail));
  });
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    show(event.target as HTMLElement, 0);
  });
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.body.addEventListener(failure, (event) => {
      show(event.target as HTMLElement, null);
    });
  }
}
