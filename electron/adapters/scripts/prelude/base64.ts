// Bytes of texts, and base64, which QuickJS does not have.

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function utf8(text: string): number[] {
  const escaped = encodeURIComponent(text.toWellFormed());
  const bytes: number[] = [];
  for (let at = 0; at < escaped.length; at += 1) {
    if (escaped[at] === '%') {
      bytes.push(Number.parseInt(escaped.slice(at + 1, at + 3), 16));
      at += 2;
    } else bytes.push(escaped.charCodeAt(at));
  }
  return bytes;
}

/** What is no UTF-8 becomes the replacement sign. */
export function utf8Text(bytes: readonly number[]): string {
  try {
    return decodeURIComponent(bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
  } catch {
    return lenient(bytes);
  }
}

function lenient(bytes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    const part = bytes.slice(at, at + length).map((byte) => `%${byte.toString(16).padStart(2, '0')}`);
    try {
      text += decodeURIComponent(part.join(''));
      at += length;
    } catch {
      text += '\ufffd';
      at += 1;
    }
  }
  return text;
}

export function base64(bytes: readonly number[]): string {
  let out = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let k = 0; k < 4; k += 1) out += at + k > bytes.length ? '=' : (digits[(three >> (18 - 6 * k)) & 63] ?? '');
  }
  return out;
}

export function fromBase64Bytes(text: string): number[] {
  const known = [...text.replace(/-/g, '+').replace(/_/g, '/')].map((sign) => digits.indexOf(sign)).filter((value) => value >= 0);
  const bytes: number[] = [];
  for (let at = 0; at < known.length; at += 4) {
    const part = known.slice(at, at + 4);
    const bits = part.reduce((sum, value, k) => sum | (value << (18 - 6 * k)), 0);
    for (let k = 0; k < part.length - 1; k += 1) bytes.push((bits >> (16 - 8 * k)) & 255);
  }
  return bytes;
}
