/** ADQL 2.1 (section 2.1), as the editor colours it. */
import { SQLDialect } from '@codemirror/lang-sql';

export const ADQL = SQLDialect.define({
  keywords:
    'all and any as asc between by case cast cross desc distinct else end except exists false from full group having in inner ' +
    'intersect is join left like ilike natural not null offset on or order outer right select then top true union using when where with',
  builtin:
    'abs acos area asin atan atan2 avg box ceiling centroid circle coalesce contains coord1 coord2 cos cot count degrees distance exp ' +
    'floor in_unit intersects log log10 lower max min mod pi point polygon power radians rand round sign sin sqrt sum tan truncate upper',
  types: 'bigint char double integer precision real smallint timestamp varchar',
  operatorChars: '*+-%<>!=|/',
  caseInsensitiveIdentifiers: true,
});
