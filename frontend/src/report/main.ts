import "../../tokens/fonts.css";
import "../../tokens/pages.css";
import "./report.css";

document.querySelector("[data-print]")?.addEventListener("click", () => {
  window.print();
});
