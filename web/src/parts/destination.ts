/** Where what was found leads to; `gateway/destination.py` says the same for who has no scripts. */
import type { SearchQuery } from '../documents';

export type Found = NonNullable<SearchQuery['search']>['nodes'][number];

export const starAddress = (name: string): string => `/star/${encodeURIComponent(name)}`;

export function destination({
  kind,
  label,
  source,
  key,
  star,
}: Pick<Found, 'kind' | 'label' | 'source' | 'key' | 'star'>) {
  const value = encodeURIComponent(key);
  switch (kind) {
    case 'STAR':
    case 'TARGET':
      return starAddress(star?.name ?? label);
    case 'EXPOSURE':
      return `/detail/exposure/${value}`;
    case 'COLLECTION':
      return `/browse/oidb.granule?obsCollection=${value}`;
    case 'PROGRAMME':
      return source === 'spica' ? `/spica/programs/${value}` : `/browse/obsportal.exposure?obsProgram=${value}`;
  }
}
