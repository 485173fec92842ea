// Apart from the rest of the kit, so that only pages with such a form load it.
export { SchemaForm, type SchemaFormProps } from './schema-form.tsx';
