/* Buttons that copy a text: shown only where the browser allows it. */

export function setUpCopy(root: ParentNode): void {
  if (!("clipboard" in navigator)) return;
  for (const button of root.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      void navigator.clipboard.writeText(button.dataset.copy ?? "").then(() => {
        const label = button.querySelector("span");
        if (label) label.textContent = button.dataset.copied ?? "";
      });
    });
  }
}
