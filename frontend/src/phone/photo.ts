/* A photograph made small before it is sent: at 400 kbit/s a phone's own eight megabytes take three minutes. Drawing it
   anew also leaves out where and when it was taken. */

/** Pixels of the longer side. */
export const LONGEST = 1600;
const QUALITY = 0.72;

/** The size to draw a picture at. */
export function fitted(width: number, height: number, longest = LONGEST): [number, number] {
  const scale = Math.min(1, longest / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

/** Return the picture as a small JPEG; the file itself where the browser can't draw it. */
export async function shrunk(file: File): Promise<Blob> {
  try {
    const picture = await createImageBitmap(file);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = fitted(picture.width, picture.height);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const small = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, "image/jpeg", QUALITY);
    });
    return small && small.size < file.size ? small : file;
  } catch {
    return file;
  }
}
