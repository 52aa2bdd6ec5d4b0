/** The sky with what each table covers, and the last exposures on it. */
import { useEffect, useState } from 'preact/hooks';
import { asked, follow, tell } from '../address';
import { ask } from '../ask';
import { PositionedTablesDocument, type PositionedTablesQuery } from '../documents';
import { mocOf } from '../parts/moc';
import { type Region, regionOf, regionParameters } from '../parts/region';
import { type Coverage, type MapPoint, SkyMap } from '../parts/sky-map';
import { say } from '../words';

type Table = NonNullable<PositionedTablesQuery['tables']>[number];
const SHOWN = ['jsdc.star', 'obsportal.exposure', 'oidb.granule', 'spica.target'];
const ORDER = 5;

const layersAsked = (): string[] => asked().get('layers')?.split(',') ?? SHOWN;

export function CoverageMap({ points }: { points: readonly MapPoint[] }) {
  const [tables, setTables] = useState<Table[]>([]);
  const [layers, setLayers] = useState(layersAsked);
  const [region, setRegion] = useState<Region | null>(() => regionOf(asked()));
  const [maps, failures] = useMaps(layers);
  useEffect(() => {
    ask(PositionedTablesDocument, {}).then(
      ({ data }) => setTables((data?.tables ?? []).filter(({ positioned }) => positioned)),
      () => {},
    );
    return follow(() => {
      setLayers(layersAsked());
      setRegion(regionOf(asked()));
    });
  }, []);

  const choose = (name: string, on: boolean) => {
    const chosen = on ? [...layers, name] : layers.filter((each) => each !== name);
    setLayers(chosen);
    tell({ layers: chosen.join() === SHOWN.join() ? null : chosen.join() || 'none' });
  };
  const chosen = (area: Region | null) => {
    setRegion(area);
    tell(regionParameters(area), { step: true });
  };
  const coverages: Coverage[] = tables.flatMap(({ name }, number) => {
    const moc = layers.includes(name) && maps.get(name);
    return moc ? [{ name, moc, series: number % 8 }] : [];
  });
  coverages.sort((one, other) => Number(other.name === 'jsdc.star') - Number(one.name === 'jsdc.star'));
  return (
    <>
      <SkyMap
        label={say('The sky, with what each table covers, in cells of 1.8°')}
        coverages={coverages}
        points={points}
        region={region}
        choose={chosen}
      />
      {region && <Chosen region={region} tables={tables.filter(({ name }) => layers.includes(name))} />}
      <fieldset class="layers">
        <legend>{say('Tables')}</legend>
        {tables.map(({ name, description }, number) => (
          <label key={name} title={description}>
            <input
              type="checkbox"
              checked={layers.includes(name)}
              onChange={(event) => choose(name, event.currentTarget.checked)}
            />{' '}
            <span class={`swatch s${number % 8}`} aria-hidden="true">
              ■
            </span>{' '}
            {name}
            {failures.has(name) && <span class="missing"> {say('not known yet')}</span>}
          </label>
        ))}
      </fieldset>
      <p>
        <a href="/sky">{say('Look closer, in Aladin Lite')}</a>
      </p>
    </>
  );
}

function Chosen({ region, tables }: { region: Region; tables: Table[] }) {
  const entries = Object.entries(regionParameters(region)).filter((each): each is [string, string] => each[1] !== null);
  const parameters = new URLSearchParams(entries);
  return (
    <p class="chosen">
      {say('Browse what is in this area:')}{' '}
      {tables.map(({ name }) => (
        <a key={name} href={`/browse/${name}?${parameters}`}>
          {name}
        </a>
      ))}
    </p>
  );
}

/** The maps of the layers, each asked once; and the tables whose map is not known. */
function useMaps(layers: readonly string[]): [Map<string, Coverage['moc']>, Set<string>] {
  const [maps, setMaps] = useState(new Map<string, Coverage['moc']>());
  const [failures, setFailures] = useState(new Set<string>());
  useEffect(() => {
    for (const name of layers.filter((each) => each !== 'none' && !maps.has(each)))
      fetch(`/moc/${encodeURIComponent(name)}?format=ascii&order=${ORDER}`)
        .then(async (response) => (response.ok ? mocOf(await response.text()) : Promise.reject(response)))
        .then((moc) => setMaps((known) => new Map(known).set(name, moc)))
        .catch(() => setFailures((known) => new Set(known).add(name)));
  }, [layers]);
  return [maps, failures];
}
