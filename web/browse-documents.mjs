// The documents of Browse: for each table one of its rows, and one of their groups, with every column there is.
// A column is told where the variable of its name is true, so that one document serves every choice of columns.

/** The letters before the field of a value that its error, its origin and its confidence are called by. */
const PARTS = { error: 'e', origin: 'f', confidence: 'q' };
const PAGING = ['first', 'after', 'last', 'before'];
const SKY = ['cone', 'region'];

/** Tables whose rows one document counts: a document may ask twenty fields of Query. */
const COUNTED = 15;

/** The documents of all tables, by name: `browse:stars`, `browse:stars:groups`, and `browse:counts:0` of how many rows there are. */
export function browseDocuments(schema) {
  const fields = schema.getQueryType().getFields();
  const tables = Object.values(fields).filter(({ name }) => `${name}Aggregate` in fields);
  const counts = Array.from({ length: Math.ceil(tables.length / COUNTED) }, (_, part) => [
    `browse:counts:${part}`,
    countsDocument(tables.slice(part * COUNTED, (part + 1) * COUNTED)),
  ]);
  return Object.fromEntries([
    ...counts,
    ...tables.flatMap((field) => [
      [`browse:${field.name}`, rowsDocument(schema, field)],
      [`browse:${field.name}:groups`, groupsDocument(schema, fields[`${field.name}Aggregate`], field)],
    ]),
  ]);
}

const countsDocument = (tables) =>
  `query Counts {\n${tables.map(({ name }) => `  ${name}(first: 1) { totalCount totalCountIsExact }\n`).join('')}}\n`;

function rowsDocument(schema, field) {
  const columns = columnsOf(schema, field);
  if (placed(field)) columns.unshift({ name: 'separation', selected: 'separation' });
  const given = arguments_(field, ['where', 'orderBy', ...PAGING, ...SKY]);
  const nodes = columns.map(({ name, selected }) => selected.replace(/^\w+/, `$& @include(if: $${name})`));
  return `query Rows(${declared(given)}, $page: Boolean = false, $total: Boolean = false, ${flags(columns)}) {
  rows: ${field.name}(${passed(given)}) {
    totalCount @include(if: $total) totalCountIsExact @include(if: $total)
    pageInfo @include(if: $page) { startCursor endCursor hasPreviousPage hasNextPage }
    nodes { ${nodes.join(' ')} }
  }
}
`;
}

function groupsDocument(schema, field, rows) {
  const columns = Object.keys(valuesOf(schema, rows)).map((name) => ({ name }));
  const given = arguments_(field, ['groupBy', 'by', 'orderBy', 'first', 'where', ...SKY]);
  const told = columns.map(({ name }) => `${name} @include(if: $${name})`).join(' ');
  return `query Groups(${declared(given)}, $key: Boolean = false, $extent: Boolean = false, ${flags(columns)}) {
  groups: ${field.name}(${passed(given)}) {
    count hasNext bins { low high label }
    key @include(if: $key) { ...Told } min @include(if: $extent) { ...Told } max @include(if: $extent) { ...Told }
  }
}
fragment Told on ${typeOf(rows)}Values { ${told} }
`;
}

/** The columns of a table in published order, each with what selects it: `vmag { error }` for `eVmag`. */
function columnsOf(schema, field) {
  const values = valuesOf(schema, field);
  return Object.values(schema.getType(typeOf(field)).getFields()).flatMap(({ name, type, astNode }) => {
    if (String(type) === 'Quantity!') {
      const capital = name[0].toUpperCase() + name.slice(1);
      const parts = Object.entries(PARTS).map(([part, letter]) => ({
        name: letter + capital,
        selected: `${name} { ${part} }`,
      }));
      return [{ name, selected: `${name} { value }` }, ...parts.filter((part) => part.name in values)];
    }
    const told = astNode.directives.some((directive) => directive.name.value === 'column');
    return told && !(name === 'separation' && placed(field)) ? [{ name, selected: name }] : [];
  });
}

const typeOf = (field) => String(field.type).replace(/Connection$/, '');
const valuesOf = (schema, field) => schema.getType(`${typeOf(field)}Values`).getFields();
const placed = (field) => field.args.some(({ name }) => name === 'cone');
const arguments_ = (field, names) => names.flatMap((name) => field.args.filter((argument) => argument.name === name));
const declared = (given) => given.map(({ name, type }) => `$${name}: ${type}`).join(', ');
const passed = (given) => given.map(({ name }) => `${name}: $${name}`).join(', ');
const flags = (columns) => columns.map(({ name }) => `$${name}: Boolean = false`).join(' ');
