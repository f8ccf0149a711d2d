/** A4 across, in points. */
const [WIDTH, HEIGHT, MARGIN] = [842, 595, 18];

/** A document of one page that holds a picture, as large as it fits (ISO 32000: objects, their offsets, a trailer). */
export async function pdfOf(size: { width: number; height: number }, jpeg: Blob): Promise<Blob> {
  const scale = Math.min((WIDTH - 2 * MARGIN) / size.width, (HEIGHT - 2 * MARGIN) / size.height);
  const [width, height] = [size.width * scale, size.height * scale];
  const [x, y] = [(WIDTH - width) / 2, (HEIGHT - height) / 2];
  const draw = `q ${fixed(width)} 0 0 ${fixed(height)} ${fixed(x)} ${fixed(y)} cm /P Do Q`;
  const image = `/Type /XObject /Subtype /Image /Width ${size.width} /Height ${size.height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode`;
  const objects: (string | Uint8Array)[][] = [
    ["<< /Type /Catalog /Pages 2 0 R >>"],
    ["<< /Type /Pages /Kids [3 0 R] /Count 1 >>"],
    [`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${WIDTH} ${HEIGHT}] /Resources << /XObject << /P 5 0 R >> >> /Contents 4 0 R >>`],
    [`<< /Length ${draw.length} >>\nstream\n${draw}\nendstream`],
    [`<< ${image} /Length ${jpeg.size} >>\nstream\n`, new Uint8Array(await jpeg.arrayBuffer()), "\nendstream"],
  ];
  return assembled(objects);
}

const fixed = (value: number): string => value.toFixed(2);

function assembled(objects: readonly (string | Uint8Array)[][]): Blob {
  const parts: (string | Uint8Array<ArrayBuffer>)[] = [];
  const offsets: number[] = [];
  let length = 0;
  const put = (part: string | Uint8Array): void => {
    parts.push(typeof part === "string" ? part : new Uint8Array(part));
    length += part.length;
  };
  put("%PDF-1.4\n");
  objects.forEach((object, index) => {
    offsets.push(length);
    put(`${index + 1} 0 obj\n`);
    object.forEach(put);
    put("\nendobj\n");
  });
  const table = length;
  put(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`);
  for (const offset of offsets) put(`${String(offset).padStart(10, "0")} 00000 n \n`);
  put(`trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`);
  return new Blob(parts, { type: "application/pdf" });
}
