// Faults that n8n tells of. Any other error inside an expression makes it undefined, as in n8n.

export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}
