/** Text as it is compared: lower case, without accents and apostrophes, as the server folds it. */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/đ/g, "d")
    .replace(/ƀ/g, "b")
    .replace(/['’ʼ‘`]/g, "")
    .replace(/[\s\-‐-―_.,]+/g, " ")
    .trim();
}

/** Whether each word typed is somewhere in a folded text. */
export const fits = (folded: string, typed: string): boolean =>
  fold(typed)
    .split(" ")
    .every((word) => folded.includes(word));
