/** Aladin Lite 3.8 as far as it is used here: a file of its own, loaded by the page of the sky alone. */

export interface Source {
  /** What our layers have of it; of a HiPS the columns of its tiles. */
  data: { name?: string; table?: string; [column: string]: string | undefined };
  /** The layer that it is on. */
  catalog?: { name: string };
  ra: number;
  dec: number;
}

export interface Layer {
  addSources(sources: Source[]): void;
  removeAll(): void;
}

export interface Progressive {
  show(): void;
  hide(): void;
}

export type Drawn =
  | { label: 'circle'; x: number; y: number; r: number }
  | { label: 'rect'; x: number; y: number; w: number; h: number }
  | { label: 'polygon'; vertices: { x: number; y: number }[] };

export interface Aladin {
  on(event: 'positionChanged' | 'zoomChanged', heard: () => void): void;
  on(event: 'objectClicked', heard: (source: Source | null) => void): void;
  getRaDec(): [number, number];
  getFov(): [number, number];
  gotoRaDec(ra: number, dec: number): void;
  setFoV(degrees: number): void;
  addCatalog(layer: Layer | Progressive): void;
  addMOC(moc: object): void;
  removeOverlay(layer: object): void;
  select(shape: 'circle' | 'rect' | 'poly', drawn: (shape: Drawn) => void): void;
  pix2world(x: number, y: number, frame: 'icrs'): [number, number] | undefined;
}

interface Library {
  init: Promise<void>;
  aladin(place: HTMLElement, options: object): Aladin;
  HiPS(address: string, options: object): object;
  MOCFromURL(address: string, options: object, loaded?: () => void, failed?: (error: unknown) => void): object;
  catalog(options: object): Layer;
  catalogHiPS(address: string, options: object): Progressive;
  source(ra: number, dec: number, data: Source['data']): Source;
}

const HIDDEN = [
  'showReticle',
  'showLayersControl',
  'showFrame',
  'showCooGridControl',
  'showProjectionControl',
  'showCooLocation',
  'showSimbadPointerControl',
  'showFullscreenControl',
  'showShareControl',
  'showContextMenu',
  'showSettingsControl',
  'showZoomControl',
  'showFov',
  'showStatusBar',
  'showColorPickerControl',
  'log',
  'samp',
];

/** Load it, and show the sky in an element: our own tiles, and none of Aladin's controls, which ask other hosts. */
export async function opened(place: HTMLElement, centre: readonly [number, number], fov: number) {
  const { default: library }: { default: Library } = await import(/* @vite-ignore */ ALADIN);
  await library.init;
  const aladin = library.aladin(place, {
    ...Object.fromEntries(HIDDEN.map((name) => [name, false])),
    survey: library.HiPS(`${location.origin}/sky/tiles`, { imgFormat: 'png', name: 'stars' }),
    cooFrame: 'ICRSd',
    target: centre.join(' '),
    fov,
    showCooGrid: true,
    gridOptions: { color: '#5a6675', opacity: 0.5, showLabels: true },
  });
  return { aladin, library };
}

export type Opened = Awaited<ReturnType<typeof opened>>;
