/** What ADQL's editor proposes: tables, their columns with units and descriptions, functions, keywords. */
import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';
import {
  keywordCompletionSource,
  type SQLDialect,
  type SQLNamespace,
  schemaCompletionSource,
} from '@codemirror/lang-sql';
import type { ColumnsQuery } from '../documents';

export type Described = NonNullable<ColumnsQuery['tables']>;
export interface LanguageFunction {
  form: string;
  description: string;
}
const NAMED = /\b(?:FROM|JOIN)\s+([\w.]+)|,\s*([a-z_]\w*\.\w+)/gi;

export function columnCompletion(column: Described[number]['columns'][number], table: string): Completion {
  const facts = [table, column.unit && `[${column.unit}]`, column.ucd].filter(Boolean).join(' · ');
  return {
    label: column.name,
    type: 'property',
    detail: column.unit ?? column.datatype,
    info: `${column.description}\n${facts}`,
    boost: 1,
  };
}

/** Tables by schema, as the editor wants them. */
export function namespace(tables: Described): SQLNamespace {
  const schemas: Record<string, Record<string, SQLNamespace>> = {};
  for (const table of tables) {
    const [schema = '', name = ''] = table.name.split('.');
    const self: Completion = { label: name, type: 'class', info: table.description };
    schemas[schema] ??= {};
    schemas[schema][name] = { self, children: table.columns.map((column) => columnCompletion(column, table.name)) };
  }
  return schemas;
}

/** Names of tables that a query takes rows from. */
export function tablesOf(query: string): string[] {
  return [...query.matchAll(NAMED)].map((match) => (match[1] ?? match[2] ?? '').toLowerCase());
}

/** Columns of the tables of the query, without their tables' names before them. */
export function ownColumns(tables: Described): CompletionSource {
  return (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/\w+/);
    if (!word && !context.explicit) return null;
    const from = word?.from ?? context.pos;
    if (context.state.sliceDoc(from - 1, from) === '.') return null;
    const named = new Set(tablesOf(context.state.doc.toString()));
    const options = tables
      .filter((table) => named.has(table.name.toLowerCase()))
      .flatMap((table) => table.columns.map((column) => columnCompletion(column, table.name)));
    return options.length ? { from, options, validFor: /^\w*$/ } : null;
  };
}

/** Functions by their forms, as `ivo_hasword(text, word)`. */
export function functionCompletions(functions: LanguageFunction[]): CompletionSource {
  const options: Completion[] = functions.map(({ form, description }) => {
    const label = form.slice(0, form.indexOf('('));
    return { label, type: 'function', info: `${form}\n${description}`, apply: `${label}(` };
  });
  return (context) => {
    const word = context.matchBefore(/\w+/);
    return word && word.to - word.from > 1 ? { from: word.from, options, validFor: /^\w*$/ } : null;
  };
}

export function sources(tables: Described, functions: LanguageFunction[], dialect: SQLDialect): CompletionSource[] {
  return [
    ownColumns(tables),
    schemaCompletionSource({ dialect, schema: namespace(tables) }),
    functionCompletions(functions),
    keywordCompletionSource(dialect, true),
  ];
}
