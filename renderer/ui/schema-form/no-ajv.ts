// Stands in for @rjsf/validator-ajv8, which @rjsf/core imports for its own tests and which needs eval. Never called.

const never = (): never => {
  throw new Error('ajv is not part of Orrery; forms validate with schema-validator.ts.');
};

export const customizeValidator = never;
// biome-ignore lint/style/noDefaultExport: the package it stands for has one
export default never;
