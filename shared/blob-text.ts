// Bytes that are text after all: servers give files as base64 whatever is in them.

const ofText = /^(text\/|application\/(json|xml|yaml|toml|javascript|sql|x-sh|x-yaml|.*\+(json|xml)$))/i;
const longest = 4_000_000;

/** The text of base64 whose type says that it is one, in UTF-8; undefined for anything else. */
export function textOfBlob(base64: string, mimeType: string | undefined): string | undefined {
  if (mimeType === undefined || !ofText.test(mimeType) || base64.length > longest) return undefined;
  try {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Its type was wrong, or it is of another encoding: then it is bytes.
    return undefined;
  }
}
