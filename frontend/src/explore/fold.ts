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

/** Whether each word typed begins a word of a folded text. */
export function fits(folded: string, typed: string): boolean {
  const parts = folded.split(" ");
  return fold(typed)
    .split(" ")
    .every((word) => parts.some((part) => part.startsWith(word)));
}
