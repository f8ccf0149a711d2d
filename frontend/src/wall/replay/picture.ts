/**
 * The page as a picture, made in the browser: the document is copied into an SVG with its style sheets and fonts written
 * into it, and drawn on a canvas. Nothing leaves the machine, and the server needs no browser.
 */

const SVG = "http://www.w3.org/2000/svg";
const HTML = "http://www.w3.org/1999/xhtml";
/** Nothing moves in a picture: what fades in would not have begun. */
const STILL = "*,*::before,*::after{animation:none!important;transition:none!important}";

/** Draws the screen and a line that says who took it; rejects where the browser refuses. */
export async function pictureOf(line: string, sharp: number): Promise<HTMLCanvasElement> {
  const { innerWidth: width, innerHeight: height } = window;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await documentAsSvg(line, width, height))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * sharp;
  canvas.height = height * sharp;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  pen.scale(sharp, sharp);
  pen.drawImage(image, 0, 0, width, height);
  return canvas;
}

async function documentAsSvg(line: string, width: number, height: number): Promise<string> {
  const root = document.createElementNS(SVG, "svg");
  for (const { name, value } of document.documentElement.attributes) root.setAttribute(name, value);
  root.setAttribute("width", String(width));
  root.setAttribute("height", String(height));
  root.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const style = document.createElementNS(SVG, "style");
  style.textContent = `${await styles()}\n${STILL}`;
  const frame = document.createElementNS(SVG, "foreignObject");
  frame.setAttribute("width", "100%");
  frame.setAttribute("height", "100%");
  frame.append(copyOfBody(line));
  root.append(style, frame);
  return new XMLSerializer().serializeToString(root);
}

/** The body with what it shows but its markup doesn't say: drawn canvases, chosen values. */
function copyOfBody(line: string): Element {
  const copy = document.body.cloneNode(true) as HTMLElement;
  const here = [...document.body.querySelectorAll("canvas, input, select")];
  [...copy.querySelectorAll("canvas, input, select")].forEach((element, index) => {
    const shown = here[index];
    if (shown instanceof HTMLCanvasElement) element.replaceWith(drawn(shown));
    else if (shown instanceof HTMLInputElement) element.setAttribute("value", shown.value);
    else if (shown instanceof HTMLSelectElement) chosen(element as HTMLSelectElement, shown.selectedIndex);
  });
  for (const button of copy.querySelectorAll("button[disabled]")) button.removeAttribute("disabled");
  for (const element of copy.querySelectorAll("script, dialog, noscript, .rp-panel, .rp-notice")) element.remove();
  const said = copy.ownerDocument.createElement("p");
  said.className = "rp-said";
  said.textContent = line;
  copy.append(said);
  copy.setAttribute("xmlns", HTML);
  return copy;
}

function drawn(canvas: HTMLCanvasElement): HTMLImageElement {
  const image = document.createElement("img");
  image.src = canvas.toDataURL();
  image.className = canvas.className;
  image.setAttribute("style", `${canvas.getAttribute("style") ?? ""};width:${canvas.clientWidth}px;height:${canvas.clientHeight}px`);
  return image;
}

function chosen(select: HTMLSelectElement, index: number): void {
  [...select.options].forEach((option, i) => {
    option.toggleAttribute("selected", i === index);
  });
}

/** Every style sheet of the page as it was written; fonts that are in use are written into it. */
async function styles(): Promise<string> {
  const loaded = new Set([...document.fonts].filter((face) => face.status === "loaded").map(nameOf));
  return (await Promise.all([...document.styleSheets].map((sheet) => sheetText(sheet, loaded)))).join("\n");
}

/** The file's own text: a rule's `cssText` loses shorthands that hold variables. */
async function sheetText(sheet: CSSStyleSheet, loaded: ReadonlySet<string>): Promise<string> {
  const base = sheet.href ?? location.href;
  const text = sheet.href === null ? (sheet.ownerNode?.textContent ?? "") : await (await fetch(sheet.href)).text();
  const faces = [...sheet.cssRules].filter((rule) => rule instanceof CSSFontFaceRule);
  const wanted = await Promise.all(
    faces.map((face) => (loaded.has(nameOfRule(face.style)) ? withFile(face.cssText, base) : Promise.resolve(""))),
  );
  let index = 0;
  return text.replace(/@font-face\s*\{[^}]*\}/g, () => wanted[index++] ?? "");
}

const plain = (name: string): string => name.replaceAll(/["']/g, "");
const nameOf = (face: FontFace): string => [plain(face.family), face.weight, face.unicodeRange.toUpperCase()].join("|");
const nameOfRule = (style: CSSStyleDeclaration): string =>
  [
    plain(style.getPropertyValue("font-family")),
    style.getPropertyValue("font-weight") || "400",
    (style.getPropertyValue("unicode-range") || "U+0-10FFFF").toUpperCase(),
  ].join("|");

/** The rule with its first file inside it. */
async function withFile(rule: string, base: string): Promise<string> {
  const address = /url\("?([^")]+)"?\)/.exec(rule)?.[1];
  if (address === undefined) return rule;
  const bytes = new Uint8Array(await (await fetch(new URL(address, base))).arrayBuffer());
  const text = bytes.reduce((all, byte) => all + String.fromCharCode(byte), "");
  return rule.replace(/src:[^;]+/, `src: url("data:font/woff2;base64,${btoa(text)}")`);
}
