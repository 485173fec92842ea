/** The one web address that stands alone on a line of a question's text; undefined where there is none, or more than one. */
export function addressIn(text: string): string | undefined {
  const found = text.split('\n').filter((line) => /^https?:\/\/\S+$/.test(line) && URL.canParse(line));
  return found.length === 1 ? found[0] : undefined;
}
