// Which addresses from outside may be opened or shown. Pure, and apart from the renderer so that the terminal and tool results
// need not load it.

const linkScheme = /^(https?:\/\/|mailto:)/i;
/** Raster images only: an SVG is a document. */
const inlineImage = /^data:image\/(png|jpeg|gif|webp|avif);base64,[A-Za-z0-9+/=\s]+$/i;

/** The address as it may be opened (http, https or mailto), or undefined. Hidden characters and credentials refuse it. */
export function safeLink(url: string | undefined): string | undefined {
  if (url === undefined || !linkScheme.test(url) || url.length > 4096) return undefined;
  try {
    const parsed = new URL(url);
    if (parsed.protocol === 'mailto:') return parsed.href;
    if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return undefined;
    // `https://bank.example@evil.example` is written to be misread.
    return parsed.username === '' && parsed.password === '' ? parsed.href : undefined;
  } catch {
    return undefined;
  }
}

export const safeImage = (url: string | undefined): string | undefined =>
  url !== undefined && url.length < 4_000_000 && inlineImage.test(url) ? url : undefined;
