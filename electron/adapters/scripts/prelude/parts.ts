// Cuts a parameter's text at its `{{ … }}`, as n8n does: a backslash before the brackets keeps them as text.

export type Part = { kind: 'text'; text: string } | { kind: 'code'; text: string };

export function parts(expression: string): Part[] {
  const found: Part[] = [];
  let isCode = false;
  let text = '';
  for (let at = 0; at < expression.length; ) {
    const mark = isCode ? '}}' : '{{';
    const next = expression.indexOf(mark, at);
    if (next < 0) {
      text += expression.slice(at);
      break;
    }
    if (next > 0 && expression[next - 1] === '\\') {
      text += expression.slice(at, next + 2);
      at = next + 2;
      continue;
    }
    found.push(part(isCode, text + expression.slice(at, next)));
    text = '';
    isCode = !isCode;
    at = next + 2;
  }
  // Brackets that open at the very end hold nothing.
  if (text !== '' || found.length === 0) found.push(part(isCode, text));
  return found;
}

const part = (isCode: boolean, text: string): Part =>
  isCode ? { kind: 'code', text: text.replace('\\}}', '}}') } : { kind: 'text', text };
