// What the sandbox's SQL prelude is: alasql, which makes functions of the text of a query. That happens inside QuickJS only, where
// there are neither files nor a network; its sources for those are closed too, so that a query says so instead of giving nothing.

const closed = 'Network and file system access is disabled in the SQL sandbox';
const sources = [
  'FILE',
  'JSON',
  'JSONL',
  'NDJSON',
  'TXT',
  'TSV',
  'TAB',
  'CSV',
  'XLS',
  'XLSX',
  'ODS',
  'XML',
  'HTML',
  'GEXF',
  'METEOR',
  'TABLETOP',
];

/** The code that leaves one function in the sandbox: querySql(tables, query, parameters), with the tables as input1, input2, … */
export const sqlPrelude = (alasql: string): string => `
globalThis.self = globalThis;
globalThis.window = globalThis;
${alasql}
(() => {
  const alasql = globalThis.alasql;
  const refuse = () => { throw new Error(${JSON.stringify(closed)}); };
  for (const source of ${JSON.stringify(sources)}) alasql.from[source] = refuse;
  for (const target of Object.keys(alasql.into)) alasql.into[target] = refuse;
  for (const each of [alasql.from, alasql.into, alasql.fn]) Object.freeze(each);
  globalThis.querySql = (tables, query, parameters) => {
    const database = new alasql.Database('run');
    tables.forEach((rows, index) => {
      database.exec('CREATE TABLE input' + (index + 1));
      database.tables['input' + (index + 1)].data = rows;
    });
    return database.exec(query, parameters);
  };
})();
`;
